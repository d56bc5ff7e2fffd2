package dev.outrigger.provider;

import java.io.IOException;

/** A provider's logs. */
public interface LogSource {

  /**
   * Writes the wanted lines, oldest first, and returns when there are no more. Blocks; is cut short
   * by interrupting the thread or by an {@code IOException} of the sink.
   *
   * @throws ProviderException.NotFound when the backend has no such container or no log of it (any
   *     more)
   * @throws IOException only as thrown by the sink
   */
  void read(LogQuery query, LogSink sink)
      throws ProviderException, IOException, InterruptedException;
}
