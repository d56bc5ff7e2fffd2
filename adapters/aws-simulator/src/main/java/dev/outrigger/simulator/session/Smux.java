package dev.outrigger.simulator.session;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A frame of smux, version 1: version, command, length (little-endian, 16 bits), stream
 * (little-endian, 32 bits), data. It has no window for each stream; FIN ends a stream in both
 * directions.
 */
record Smux(int command, int stream, byte[] data) {
  static final int OPEN = 0;
  static final int FIN = 1;
  static final int DATA = 2;
  static final int NOTHING = 3;

  /** What xtaci/smux puts into a frame at most. */
  static final int LARGEST = 32_768;

  private static final int VERSION = 1;
  private static final int HEADER = 8;

  byte[] write() {
    ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
    header.put((byte) VERSION).put((byte) command).putShort((short) data.length).putInt(stream);
    ByteArrayOutputStream frame = new ByteArrayOutputStream(HEADER + data.length);
    frame.writeBytes(header.array());
    frame.writeBytes(data);
    return frame.toByteArray();
  }

  /** Reads one; throws EOFException at the end. */
  static Smux read(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    byte[] bytes = new byte[HEADER];
    data.readFully(bytes);
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (header.get() != VERSION) {
      throw new IOException("not smux version " + VERSION);
    }
    int command = header.get();
    byte[] payload = new byte[header.getShort() & 0xffff];
    int stream = header.getInt();
    data.readFully(payload);
    return new Smux(command, stream, payload);
  }
}
