package dev.outrigger.agent.kubelet.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;

/** Frames as a client of one connection might send them: good, damaged and malicious. */
final class WebSocketFrames implements FrameFuzz.Frames {

  private final Random random;
  private final boolean base64;
  private boolean inMessage;

  WebSocketFrames(Random random, boolean base64) {
    this.random = random;
    this.base64 = base64;
  }

  @Override
  public byte[] good() {
    return switch (random.nextInt(10)) {
      case 0 -> frame(0x80 | 0x9, FrameFuzz.bytes(random, random.nextInt(126)));
      case 1 -> frame(0x80 | 0xa, FrameFuzz.bytes(random, random.nextInt(126)));
      case 2 -> random.nextInt(10) == 0 ? frame(0x80 | 0x8, new byte[0]) : message();
      default -> message();
    };
  }

  private byte[] message() {
    boolean last = base64 || random.nextInt(3) > 0;
    int opcode = inMessage ? 0 : base64 ? 1 : 2;
    byte[] content = opcode == 0 ? FrameFuzz.bytes(random, random.nextInt(200)) : first();
    inMessage = !last;
    return frame((last ? 0x80 : 0) | opcode, content);
  }

  private byte[] first() {
    byte[] content = FrameFuzz.bytes(random, random.nextInt(10) == 0 ? 70_000 : 200);
    if (base64) {
      content =
          ("0" + Base64.getEncoder().encodeToString(content)).getBytes(StandardCharsets.UTF_8);
    }
    int channel = random.nextInt(8);
    content[0] = (byte) (base64 ? '0' + channel : channel);
    return content;
  }

  private byte[] frame(int first, byte[] content) {
    return frame(first, 0x80, content.length, content);
  }

  private byte[] frame(int first, int masked, long length, byte[] content) {
    ByteBuf frame = Unpooled.buffer().writeByte(first);
    if (length < 126) {
      frame.writeByte(masked | (int) length);
    } else if (length <= 0xffff) {
      frame.writeByte(masked | 126).writeShort((int) length);
    } else {
      frame.writeByte(masked | 127).writeLong(length);
    }
    byte[] mask = FrameFuzz.bytes(random, 4);
    frame.writeBytes(mask);
    for (int i = 0; i < content.length; i++) {
      frame.writeByte(content[i] ^ mask[i % 4]);
    }
    return FrameFuzz.take(frame);
  }

  /** Each of them ends the connection. */
  @Override
  public byte[] malformed() {
    return switch (random.nextInt(8)) {
      case 0 -> frame(0x82, 0, 5, new byte[5]); // not masked
      case 1 -> frame(0x82 | 0x10 << random.nextInt(3), new byte[5]); // an extension
      case 2 -> frame(0x83 + random.nextInt(5), new byte[5]); // an opcode that is none
      case 3 -> frame(0x09, new byte[5]); // a control frame in parts
      case 4 -> frame(0x88, 0x80, 126 + random.nextInt(1000), new byte[0]); // too long
      case 5 -> frame(inMessage ? 0x82 : 0x80, new byte[5]); // out of order
      case 6 -> FrameFuzz.take(Unpooled.buffer().writeInt(0x82fe0005).writeInt(7)); // not shortest
      default -> FrameFuzz.take(Unpooled.buffer().writeShort(0x82ff).writeLong(-1L).writeInt(7));
    };
  }

  @Override
  public byte[] strange() {
    return switch (random.nextInt(3)) {
      case 0 -> frame(0x82, 0x80, random.nextLong() >>> 1, FrameFuzz.bytes(random, 50));
      case 1 -> frame(0x82, new byte[] {(byte) 255, (byte) random.nextInt(8)});
      default -> FrameFuzz.bytes(random, 1 + random.nextInt(64));
    };
  }

  @Override
  public void close() {}
}
