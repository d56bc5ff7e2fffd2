package dev.outrigger.remote;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.OutputStream;

/** Sends bytes in messages of a bounded size; writes block while the peer is slow. */
final class ByteSender extends OutputStream {

  /** Two fit into what gRPC takes before it is no longer ready. */
  private static final int LARGEST = 16 * 1024;

  private final Send send;
  private final End end;

  /** Sends a part, waiting for the peer to take it. */
  interface Send {
    void part(ByteString bytes) throws IOException;
  }

  /** Tells the peer that no more comes. */
  interface End {
    void end() throws IOException;
  }

  ByteSender(Send send, End end) {
    this.send = send;
    this.end = end;
  }

  ByteSender(Send send) {
    this(send, () -> {});
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int at = 0;
    while (at < length) {
      int part = Math.min(LARGEST, length - at);
      send.part(ByteString.copyFrom(bytes, offset + at, part));
      at += part;
    }
  }

  @Override
  public void close() throws IOException {
    end.end();
  }
}
