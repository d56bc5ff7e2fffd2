package dev.outrigger.provider;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The client's end of a running command's or container's streams. Each is used by at most one
 * thread of the provider, different ones by different threads. The agent closes what the provider
 * leaves open.
 *
 * <p>When the client goes away, writes throw {@code IOException}, {@link #stdin} ends, and the
 * thread that runs the exec or attach is interrupted.
 */
public interface ContainerStreams {

  /**
   * What the client sends; empty when it sends nothing. Reads block. The end of the stream is the
   * client's half-close: the command's own standard input is to be closed, and no more than that.
   */
  Optional<InputStream> stdin();

  /**
   * What the client reads; empty when it does not want it. Writes block while the client is slow:
   * that is the back-pressure.
   */
  Optional<OutputStream> stdout();

  /** As {@link #stdout}; always empty with a terminal, whose output is one stream. */
  Optional<OutputStream> stderr();

  /**
   * Tells of the client's terminal: at once if its size is known, and at each change. The listener
   * does not block. Never called without a terminal.
   */
  void onResize(Consumer<TerminalSize> listener);
}
