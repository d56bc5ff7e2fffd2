package dev.outrigger.ecs.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * A frame of smux, version 1, by which many connections share one session: version (u8, 1), command
 * (u8), length (u16, little-endian), stream (u32, little-endian), data.
 */
record SmuxFrame(int command, int stream, byte[] data) {

  static final int SYN = 0;
  static final int FIN = 1;
  static final int PSH = 2;

  private static final int VERSION = 1;
  private static final int HEADER = 8;
  private static final byte[] NONE = {};

  static SmuxFrame open(int stream) {
    return new SmuxFrame(SYN, stream, NONE);
  }

  static SmuxFrame finish(int stream) {
    return new SmuxFrame(FIN, stream, NONE);
  }

  byte[] encode() {
    return ByteBuffer.allocate(HEADER + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) VERSION)
        .put((byte) command)
        .putShort((short) data.length)
        .putInt(stream)
        .put(data)
        .array();
  }

  /** Puts frames together from pieces cut anywhere. Not thread-safe. */
  static final class Assembler {
    private byte[] left = NONE;

    void add(byte[] piece) {
      byte[] all = Arrays.copyOf(left, left.length + piece.length);
      System.arraycopy(piece, 0, all, left.length, piece.length);
      left = all;
    }

    /** The next whole frame, if it is there. */
    Optional<SmuxFrame> next() throws IOException {
      if (left.length < HEADER) {
        return Optional.empty();
      }
      ByteBuffer header = ByteBuffer.wrap(left).order(ByteOrder.LITTLE_ENDIAN);
      int version = header.get();
      int command = header.get();
      int length = header.getShort() & 0xffff;
      int stream = header.getInt();
      if (version != VERSION) {
        throw new IOException("the agent speaks smux version " + version);
      }
      if (left.length < HEADER + length) {
        return Optional.empty();
      }
      byte[] data = Arrays.copyOfRange(left, HEADER, HEADER + length);
      left = Arrays.copyOfRange(left, HEADER + length, left.length);
      return Optional.of(new SmuxFrame(command, stream, data));
    }
  }
}
