package dev.outrigger.provider;

import java.io.IOException;

/** Where a log goes. Calls block while the reader is slow: that is the back-pressure. */
public interface LogSink {

  /**
   * @throws IOException when the reader has gone: stop and let it through
   */
  void line(LogLine line) throws IOException;

  /**
   * Called exactly once when all lines present at the time of the call are out, before waiting for
   * new ones; also called when nothing is followed, at the end.
   */
  void caughtUp() throws IOException;
}
