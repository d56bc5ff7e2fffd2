package dev.outrigger.simulator.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.UUID;

/**
 * A message of the data channel: a header of 116 bytes, the length of the payload, the payload. All
 * numbers are big-endian.
 *
 * @param type padded with blanks to 32 bytes
 * @param payloadType one of {@link PayloadType}; 0 where the type says it all
 */
record SessionMessage(
    String type,
    long createdMillis,
    long sequence,
    long flags,
    UUID id,
    int payloadType,
    byte[] payload) {

  static final String INPUT = "input_stream_data";
  static final String OUTPUT = "output_stream_data";
  static final String ACKNOWLEDGE = "acknowledge";
  static final String CHANNEL_CLOSED = "channel_closed";

  private static final int HEADER = 116;
  private static final int TYPE_LENGTH = 32;
  private static final int DIGEST_LENGTH = 32;

  /** What a payload is. */
  static final class PayloadType {
    static final int OUTPUT = 1;
    static final int SIZE = 3;
    static final int HANDSHAKE_REQUEST = 5;
    static final int HANDSHAKE_RESPONSE = 6;
    static final int HANDSHAKE_COMPLETE = 7;
    static final int FLAG = 10;

    private PayloadType() {}
  }

  static SessionMessage of(
      String type, long sequence, long flags, int payloadType, byte[] payload, long nowMillis) {
    return new SessionMessage(
        type, nowMillis, sequence, flags, UUID.randomUUID(), payloadType, payload);
  }

  byte[] write() {
    ByteBuffer buffer = ByteBuffer.allocate(HEADER + Integer.BYTES + payload.length);
    byte[] name = Arrays.copyOf(type.getBytes(StandardCharsets.US_ASCII), TYPE_LENGTH);
    Arrays.fill(name, type.length(), TYPE_LENGTH, (byte) ' ');
    buffer.putInt(HEADER).put(name).putInt(1).putLong(createdMillis).putLong(sequence);
    buffer.putLong(flags).putLong(id.getLeastSignificantBits());
    buffer.putLong(id.getMostSignificantBits()).put(sha256(payload)).putInt(payloadType);
    return buffer.putInt(payload.length).put(payload).array();
  }

  static SessionMessage read(byte[] data) throws IOException {
    if (data.length < HEADER + Integer.BYTES) {
      throw new IOException("a message of " + data.length + " bytes");
    }
    ByteBuffer buffer = ByteBuffer.wrap(data);
    int header = buffer.getInt();
    byte[] name = new byte[TYPE_LENGTH];
    buffer.get(name).getInt();
    long created = buffer.getLong();
    long sequence = buffer.getLong();
    long flags = buffer.getLong();
    long least = buffer.getLong();
    UUID id = new UUID(buffer.getLong(), least);
    byte[] digest = new byte[DIGEST_LENGTH];
    int payloadType = buffer.get(digest).getInt();
    int length = buffer.getInt();
    if (header != HEADER || length != buffer.remaining()) {
      throw new IOException("a message whose lengths do not fit");
    }
    byte[] payload = new byte[length];
    buffer.get(payload);
    if (length > 0 && !MessageDigest.isEqual(digest, sha256(payload))) {
      throw new IOException("a payload that does not match its digest");
    }
    String type = new String(name, StandardCharsets.US_ASCII).replace('\0', ' ').trim();
    return new SessionMessage(type, created, sequence, flags, id, payloadType, payload);
  }

  private static byte[] sha256(byte[] data) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(data);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
