package dev.outrigger.agent.kubelet.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import java.util.List;

/**
 * RFC 6455 from a client, in pieces as they come: a frame of any length takes no more memory than a
 * small one. Netty's own decoder gathers whole frames. After a malformed frame it throws whatever
 * follows away.
 */
final class WebSocketDecoder extends ByteToMessageDecoder {

  private static final int CONTINUATION = 0x0;
  private static final int TEXT = 0x1;
  private static final int BINARY = 0x2;
  private static final int CLOSE = 0x8;
  private static final int PING = 0x9;
  private static final int PONG = 0xA;
  private static final int LONGEST_CONTROL = 125;

  private boolean inFrame;
  private boolean broken;
  private int opcode;
  private boolean finalFrame;
  private long left;
  private int mask;

  /** A message is under way, in this frame or between two. */
  private boolean inMessage;

  /** Of which something has been handed on. */
  private boolean begun;

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (broken) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (!inFrame) {
      header(in);
    }
    // At once: a frame without content would wait for the bytes of the next.
    if (inFrame && opcode >= CLOSE) {
      control(in, out);
    } else if (inFrame) {
      data(in, out);
    }
  }

  private void header(ByteBuf in) {
    int start = in.readerIndex();
    if (in.readableBytes() < 2) {
      return;
    }
    int first = in.getUnsignedByte(start);
    int second = in.getUnsignedByte(start + 1);
    check((second & 0x80) != 0, "a client's frame must be masked");
    int shortLength = second & 0x7f;
    int lengthBytes = shortLength < 126 ? 0 : shortLength == 126 ? 2 : 8;
    if (in.readableBytes() < 2 + lengthBytes + 4) {
      return;
    }
    long length =
        switch (lengthBytes) {
          case 0 -> shortLength;
          case 2 -> in.getUnsignedShort(start + 2);
          default -> in.getLong(start + 2);
        };
    check(lengthBytes != 2 || length >= 126, "the length is not in its shortest form");
    check(lengthBytes != 8 || length > 0xffff, "the length is not in its shortest form");
    begin(first, length);
    mask = in.getInt(start + 2 + lengthBytes);
    in.skipBytes(2 + lengthBytes + 4);
  }

  private void begin(int first, long length) {
    opcode = first & 0x0f;
    finalFrame = (first & 0x80) != 0;
    left = length;
    inFrame = true;
    check((first & 0x70) == 0, "no extension was negotiated");
    switch (opcode) {
      case CONTINUATION -> check(inMessage, "a continuation without a message");
      case TEXT, BINARY -> {
        check(!inMessage, "a message within a message");
        inMessage = true;
        begun = false;
      }
      case CLOSE, PING, PONG ->
          check(finalFrame && length <= LONGEST_CONTROL, "a control frame too long or in parts");
      default -> check(false, "unknown opcode");
    }
  }

  private void control(ByteBuf in, List<Object> out) {
    int length = (int) left;
    if (in.readableBytes() < length) {
      return;
    }
    inFrame = false;
    WebSocketFrame.Kind kind =
        switch (opcode) {
          case CLOSE -> WebSocketFrame.Kind.CLOSE;
          case PING -> WebSocketFrame.Kind.PING;
          default -> WebSocketFrame.Kind.PONG;
        };
    out.add(new WebSocketFrame(kind, unmasked(in, length), true, true));
  }

  private void data(ByteBuf in, List<Object> out) {
    int length = (int) Math.min(left, in.readableBytes());
    if (length == 0 && left > 0) {
      return;
    }
    left -= length;
    inFrame = left > 0;
    boolean last = left == 0 && finalFrame;
    boolean first = !begun;
    if (length > 0 || (last && begun)) {
      begun = true;
      ByteBuf piece = length > 0 ? unmasked(in, length) : Unpooled.EMPTY_BUFFER;
      out.add(new WebSocketFrame(WebSocketFrame.Kind.MESSAGE, piece, first, last));
    }
    inMessage = !last;
  }

  /** In place: nobody else sees these bytes. */
  private ByteBuf unmasked(ByteBuf in, int length) {
    ByteBuf piece = in.readRetainedSlice(length);
    long wide = ((long) mask << 32) | (mask & 0xffffffffL);
    int at = 0;
    for (; at + Long.BYTES <= length; at += Long.BYTES) {
      piece.setLong(at, piece.getLong(at) ^ wide);
    }
    for (; at < length; at++) {
      piece.setByte(at, piece.getByte(at) ^ (mask >>> (24 - 8 * (at & 3))));
    }
    mask = Integer.rotateLeft(mask, 8 * (length & 3));
    return piece;
  }

  private void check(boolean good, String problem) {
    if (!good) {
      broken = true;
      throw new CorruptedFrameException(problem);
    }
  }
}
