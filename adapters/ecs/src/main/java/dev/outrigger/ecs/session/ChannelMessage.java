package dev.outrigger.ecs.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * A binary message of the data channel. On the wire, big-endian: header length (u32, 116), type (32
 * bytes, padded with blanks), schema version (u32), created (u64, milliseconds), sequence (i64),
 * flags (u64), id (its lower half first), SHA-256 of the payload (32), payload type (u32), payload
 * length (u32), payload.
 */
record ChannelMessage(
    String type, long sequence, long flags, UUID id, int payloadType, byte[] payload) {

  static final String INPUT = "input_stream_data";
  static final String OUTPUT = "output_stream_data";
  static final String ACKNOWLEDGE = "acknowledge";
  static final String CHANNEL_CLOSED = "channel_closed";
  static final String START_PUBLICATION = "start_publication";
  static final String PAUSE_PUBLICATION = "pause_publication";

  private static final int HEADER_LENGTH = 116;
  private static final int TYPE_LENGTH = 32;
  private static final int SHORTEST = HEADER_LENGTH + Integer.BYTES;

  byte[] encode(long nowMillis) {
    String padded = type + " ".repeat(TYPE_LENGTH - type.length());
    return ByteBuffer.allocate(SHORTEST + payload.length)
        .putInt(HEADER_LENGTH)
        .put(padded.getBytes(StandardCharsets.US_ASCII))
        .putInt(1)
        .putLong(nowMillis)
        .putLong(sequence)
        .putLong(flags)
        .putLong(id.getLeastSignificantBits())
        .putLong(id.getMostSignificantBits())
        .put(digest(payload))
        .putInt(payloadType)
        .putInt(payload.length)
        .put(payload)
        .array();
  }

  /**
   * @throws IOException when it is no message, or its digest does not match
   */
  static ChannelMessage decode(ByteBuffer data) throws IOException {
    if (data.remaining() < SHORTEST) {
      throw new IOException(
          "a message of the data channel has only " + data.remaining() + " bytes");
    }
    int headerLength = data.getInt();
    byte[] type = new byte[TYPE_LENGTH];
    data.get(type).getInt();
    data.getLong();
    long sequence = data.getLong();
    long flags = data.getLong();
    long lower = data.getLong();
    UUID id = new UUID(data.getLong(), lower);
    byte[] digest = new byte[32];
    int payloadType = data.get(digest).getInt();
    int length = data.getInt();
    if (headerLength != HEADER_LENGTH || length != data.remaining()) {
      throw new IOException("a message of the data channel has wrong lengths");
    }
    byte[] payload = new byte[length];
    data.get(payload);
    if (length > 0 && !MessageDigest.isEqual(digest, digest(payload))) {
      throw new IOException("a message of the data channel has a wrong digest");
    }
    String name = new String(type, StandardCharsets.US_ASCII).replace('\0', ' ').strip();
    return new ChannelMessage(name, sequence, flags, id, payloadType, payload);
  }

  private static byte[] digest(byte[] payload) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(payload);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
