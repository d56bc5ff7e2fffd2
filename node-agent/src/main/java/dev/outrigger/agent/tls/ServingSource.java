package dev.outrigger.agent.tls;

import java.io.IOException;

/**
 * Where a server's identity comes from. Asked again and again: a new answer is served from then.
 */
public interface ServingSource {

  /**
   * The identity to serve with now. May read files; calls nobody.
   *
   * @throws IOException when there is none, or it cannot be used; the message says which
   */
  ServingIdentity current() throws IOException;

  /** Runs this after each change that the source makes by itself; nothing for one that is read. */
  default void onChange(Runnable action) {}
}
