package dev.outrigger.agent.kubelet.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.util.ReferenceCountUtil;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * {@code channel.k8s.io} over WebSocket: a message's first byte names the channel, as a number or
 * (base64) as a digit.
 */
final class WebSocketLink extends Link {

  /** How a message is written. */
  enum Coding {
    BINARY,
    BASE64
  }

  /** Says in v5 that the client ends the channel whose number follows. */
  private static final int CLOSE_SIGNAL = 255;

  private static final int FRAME = 32 << 10;
  private static final int TEXT = 0x81;
  private static final int BINARY = 0x82;

  private final Coding coding;
  private final boolean closeSignal;

  /** By channel. */
  private final List<Inbound> inputs;

  // Of the event loop: the message under way.
  private int channel;
  private final Base64Pieces base64 = new Base64Pieces();
  private int signalled;

  /**
   * @param closeSignal whether the client may end single channels (v5)
   */
  WebSocketLink(
      StreamLimits limits, Thread session, Coding coding, boolean closeSignal, InputsOf inputs) {
    super(limits, session);
    this.coding = coding;
    this.closeSignal = closeSignal;
    this.inputs = List.copyOf(inputs.of(this));
  }

  /** Where the client's data goes, by channel. */
  interface InputsOf {
    List<Inbound> of(WebSocketLink link);
  }

  @Override
  ChannelHandler codec() {
    return new WebSocketDecoder();
  }

  Inbound input(int number) {
    return inputs.get(number);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (isOver() || !(message instanceof WebSocketFrame frame)) {
        return;
      }
      switch (frame.kind()) {
        case MESSAGE -> piece(frame);
        case PING -> answer(ctx, pong(frame.content()), frame.content().readableBytes() + 2);
        case PONG -> {} // it lives
        case CLOSE -> clientGone(ctx);
      }
    } catch (CorruptedFrameException | IllegalArgumentException e) {
      malformed(ctx, String.valueOf(e.getMessage()));
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private static ByteBuf pong(ByteBuf content) {
    return Unpooled.buffer(2 + content.readableBytes())
        .writeByte(0x8a)
        .writeByte(content.readableBytes())
        .writeBytes(content, content.readerIndex(), content.readableBytes());
  }

  private void piece(WebSocketFrame frame) {
    ByteBuf content = frame.content();
    if (frame.first()) {
      int number = content.readUnsignedByte();
      channel = coding == Coding.BASE64 ? number - '0' : number;
      signalled = 0;
    }
    if (closeSignal && channel == CLOSE_SIGNAL) {
      signal(content, frame.last());
    } else if (channel < 0 || channel >= inputs.size()) {
      base64.reset(); // as the kubelet: somebody else's channel
    } else if (coding == Coding.BINARY) {
      inputs.get(channel).data(content.retain());
    } else {
      inputs.get(channel).data(Unpooled.wrappedBuffer(base64.decode(content, frame.last())));
    }
  }

  private void signal(ByteBuf content, boolean last) {
    while (content.isReadable()) {
      int number = content.readUnsignedByte();
      signalled++;
      if (signalled > 1 || number >= inputs.size()) {
        throw new CorruptedFrameException("a close signal for no channel");
      }
      inputs.get(number).end();
    }
    if (last && signalled == 0) {
      throw new CorruptedFrameException("a close signal for no channel");
    }
  }

  @Override
  ByteBuf frame(ChannelHandlerContext ctx, int id, byte[] bytes, int offset, int length) {
    if (coding == Coding.BINARY) {
      return head(ctx, BINARY, 1 + length).writeByte(id).writeBytes(bytes, offset, length);
    }
    byte[] text = Base64.getEncoder().encode(Arrays.copyOfRange(bytes, offset, offset + length));
    return head(ctx, TEXT, 1 + text.length).writeByte('0' + id).writeBytes(text);
  }

  private static ByteBuf head(ChannelHandlerContext ctx, int first, int length) {
    ByteBuf frame = ctx.alloc().heapBuffer(4 + length).writeByte(first);
    return length < 126 ? frame.writeByte(length) : frame.writeByte(126).writeShort(length);
  }

  @Override
  int frameBytes() {
    return FRAME;
  }

  /** There is none: the session's end is the end of all channels. */
  @Override
  ByteBuf endFrame(int id) {
    return Unpooled.EMPTY_BUFFER;
  }

  /** Close, 1000. */
  @Override
  ByteBuf lastFrame() {
    return Unpooled.buffer(4).writeShort(0x8802).writeShort(1000);
  }

  @Override
  ByteBuf pingFrame() {
    return Unpooled.buffer(2).writeShort(0x8900);
  }

  @Override
  ChannelHandlerContext wire(ChannelHandlerContext own) {
    return own;
  }

  @Override
  void endInputs() {
    inputs.forEach(Inbound::end);
  }

  @Override
  void closeInputs() {
    inputs.forEach(Inbound::close);
  }
}
