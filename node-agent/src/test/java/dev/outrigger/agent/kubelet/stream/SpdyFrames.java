package dev.outrigger.agent.kubelet.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyGoAwayFrame;
import io.netty.handler.codec.spdy.DefaultSpdyHeadersFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySettingsFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdyWindowUpdateFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Frames as a client of one connection might send them: good, damaged and malicious. */
final class SpdyFrames implements FrameFuzz.Frames {

  private static final List<String> TYPES =
      List.of("error", "stdin", "stdout", "stderr", "resize", "data", "", "nonsense");

  private final Random random;
  private final EmbeddedChannel encoder =
      new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
  private int lastId = -1;

  SpdyFrames(Random random) {
    this.random = random;
  }

  @Override
  public byte[] good() {
    return switch (random.nextInt(12)) {
      case 0, 1, 2 -> open();
      case 3, 4, 5, 6 -> data();
      case 7 -> encoded(new DefaultSpdyPingFrame(random.nextInt(100)));
      case 8 -> encoded(new DefaultSpdyWindowUpdateFrame(id(), 1 + random.nextInt(1000)));
      case 9 -> encoded(new DefaultSpdySettingsFrame().setValue(4, random.nextInt()));
      case 10 -> encoded(new DefaultSpdyRstStreamFrame(id(), 1 + random.nextInt(8)));
      default ->
          random.nextInt(20) == 0
              ? encoded(new DefaultSpdyGoAwayFrame(0, 0))
              : encoded(new DefaultSpdyHeadersFrame(id()));
    };
  }

  private byte[] open() {
    lastId += 2;
    var frame = new DefaultSpdySynStreamFrame(lastId, 0, (byte) random.nextInt(8));
    frame.setLast(random.nextInt(8) == 0);
    frame.headers().set("streamtype", TYPES.get(random.nextInt(TYPES.size())));
    if (random.nextBoolean()) {
      frame.headers().set("port", Integer.toString(random.nextInt(70_000)));
      frame.headers().set("requestid", Integer.toString(random.nextInt(4)));
    }
    return encoded(frame);
  }

  private byte[] data() {
    byte[] bytes =
        random.nextInt(4) == 0
            ? "{\"Width\":80,\"Height\":24}".getBytes(StandardCharsets.UTF_8)
            : FrameFuzz.bytes(random, random.nextInt(300));
    var frame = new DefaultSpdyDataFrame(id(), Unpooled.wrappedBuffer(bytes));
    frame.setLast(random.nextInt(10) == 0);
    return encoded(frame);
  }

  /** Often of a stream that there is. */
  private int id() {
    return 1 + random.nextInt(Math.max(1, lastId + 2));
  }

  /** Each of them ends the connection. */
  @Override
  public byte[] malformed() {
    return switch (random.nextInt(12)) {
      case 0 -> control(2 + 2 * random.nextInt(2), 1, 0, 12); // another version
      case 1 -> head(0, random.nextInt(256), 0); // data of stream 0
      case 2 -> control(3, 1, 0, random.nextInt(10)); // SYN_STREAM too short
      case 3 -> control(3, 3, 1 + random.nextInt(255), 8); // RST_STREAM with flags
      case 4 -> control(3, 3, 0, 9 + random.nextInt(100));
      case 5 -> control(3, 6, 0, 5 + random.nextInt(100)); // PING too long
      case 6 -> control(3, 7, 0, random.nextInt(8)); // GOAWAY too short
      case 7 -> control(3, 9, 0, 9 + random.nextInt(100)); // WINDOW_UPDATE too long
      case 8 -> control(3, 4, 0, 4, 0, 0, 0, 65); // SETTINGS of another length
      case 9 -> control(3, 1, 0, 14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4); // stream 0
      case 10 -> garbageHeaders();
      default -> control(3, 1, 0, 10, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0); // an even stream
    };
  }

  private byte[] garbageHeaders() {
    byte[] block = FrameFuzz.bytes(random, 20 + random.nextInt(50));
    block[0] = (byte) 0xff; // no header of zlib's, nor a block of deflate's
    lastId += 2;
    ByteBuf frame = Unpooled.buffer();
    frame.writeInt(0x80030001).writeInt(10 + block.length).writeInt(lastId).writeInt(0);
    frame.writeShort(0).writeBytes(block);
    return FrameFuzz.take(frame);
  }

  private static byte[] control(int version, int type, int flags, int length, int... content) {
    ByteBuf frame = Unpooled.buffer();
    frame.writeShort(0x8000 | version).writeShort(type).writeInt(flags << 24 | length);
    for (int b : content) {
      frame.writeByte(b);
    }
    return FrameFuzz.take(frame);
  }

  private static byte[] head(int id, int flags, int length) {
    return FrameFuzz.take(Unpooled.buffer().writeInt(id).writeInt(flags << 24 | length));
  }

  @Override
  public byte[] strange() {
    return switch (random.nextInt(4)) {
      case 0 -> encoded(new DefaultSpdySynReplyFrame(id()));
      case 1 -> control(3, 10 + random.nextInt(1000), random.nextInt(256), random.nextInt(1 << 24));
      case 2 -> head(random.nextInt(), random.nextInt(256), random.nextInt(1 << 24));
      default -> FrameFuzz.bytes(random, 1 + random.nextInt(64));
    };
  }

  private byte[] encoded(Object frame) {
    encoder.writeOutbound(frame);
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf out = encoder.readOutbound(); out != null; out = encoder.readOutbound()) {
      all.writeBytes(out);
      out.release();
    }
    return FrameFuzz.take(all);
  }

  @Override
  public void close() {
    encoder.finishAndReleaseAll();
  }
}
