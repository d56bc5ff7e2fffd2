package dev.outrigger.agent.kubelet.stream;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Base64;

/** Decodes a text that comes in pieces of any length. */
final class Base64Pieces {

  private final byte[] rest = new byte[3];
  private int held;

  /**
   * @param last whether the text ends here; at most three characters are kept otherwise
   * @throws IllegalArgumentException when it is not base64
   */
  byte[] decode(ByteBuf piece, boolean last) {
    byte[] text = Arrays.copyOf(rest, held + piece.readableBytes());
    piece.readBytes(text, held, piece.readableBytes());
    int whole = last ? text.length : text.length & ~3;
    held = text.length - whole;
    System.arraycopy(text, whole, rest, 0, held);
    if (last && (whole & 3) != 0) {
      throw new IllegalArgumentException("base64 without its padding");
    }
    return Base64.getDecoder().decode(Arrays.copyOf(text, whole));
  }

  /** For another text. */
  void reset() {
    held = 0;
  }
}
