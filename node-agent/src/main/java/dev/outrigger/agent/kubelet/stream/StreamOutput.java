package dev.outrigger.agent.kubelet.stream;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/**
 * What a client reads from one stream. Writes block while it is slow, and throw when it has gone.
 * Not buffered: what is written is on its way when the call returns.
 */
final class StreamOutput extends OutputStream {

  private final Link link;
  private final int id;
  private volatile boolean closed;

  StreamOutput(Link link, int id) {
    this.link = link;
    this.id = id;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (closed) {
      throw new IOException("the stream is closed");
    }
    link.send(id, bytes, offset, length);
  }

  /** Ends this direction. Does not block; idempotent. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      link.endOutput(id);
    }
  }

  /** The client takes nothing more of this stream. */
  void refuse() {
    closed = true;
  }
}
