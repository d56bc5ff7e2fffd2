package dev.outrigger.agent.kubelet;

import java.io.IOException;

/** Where the bytes of a log go. Blocks while the reader is slow. */
interface LogOutput {

  /**
   * @param bytes not changed by the caller afterwards
   * @throws IOException when the reader has gone
   */
  void write(byte[] bytes, int length) throws IOException;

  /** Sends what is buffered, and the response's head if that has not been sent. */
  void flush() throws IOException;
}
