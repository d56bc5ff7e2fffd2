package dev.outrigger.ecs.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Bytes as they pass a terminal unchanged: in its canonical mode, with every special character
 * switched off but two. {@code ^V} takes the next byte for what it is; {@code ^D} hands over what
 * was typed, and with nothing typed is the end of the input. So a stream keeps its bytes, needs no
 * program to decode it, and can end.
 *
 * <p>Every chunk is handed over before the next begins: a terminal takes no line above 4,095 bytes.
 */
final class TerminalInput {

  private static final byte LITERAL = 0x16;
  private static final byte END = 0x04;

  private TerminalInput() {}

  /** The chunks to be sent for these bytes, each at most a message's payload. */
  static List<byte[]> encode(byte[] data, int length) {
    List<byte[]> chunks = new ArrayList<>();
    byte[] chunk = new byte[Payload.LARGEST];
    int size = 0;
    for (int i = 0; i < length; i++) {
      if (data[i] == LITERAL || data[i] == END) {
        chunk[size++] = LITERAL;
      }
      chunk[size++] = data[i];
      if (size >= Payload.LARGEST - 2 || i == length - 1) {
        // An end of line hands over by itself; one more would be the end of the input.
        if (data[i] != '\n') {
          chunk[size++] = END;
        }
        chunks.add(Arrays.copyOf(chunk, size));
        size = 0;
      }
    }
    return chunks;
  }

  /** The end of the input, after chunks. */
  static byte[] end() {
    return new byte[] {END};
  }
}
