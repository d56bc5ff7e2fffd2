package dev.outrigger.provider;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * A connection to a port of a Pod. Its two directions are used by two threads and end one by one.
 */
public interface PortConnection extends AutoCloseable {

  /** What the Pod sends; its end is the Pod's half-close. */
  InputStream input();

  /** What the Pod receives; writes block while it is slow. Closing it is the half-close. */
  OutputStream output();

  /** Ends both directions; blocked reads and writes throw or end. */
  @Override
  void close();
}
