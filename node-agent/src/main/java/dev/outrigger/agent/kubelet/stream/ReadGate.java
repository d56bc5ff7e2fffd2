package dev.outrigger.agent.kubelet.stream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;

/**
 * Keeps a codec from reading on when nothing is to be read. Netty's ByteToMessageDecoder asks for
 * more after each read that gave no message, and takes SpdyFrameCodec, which hands its frames on by
 * itself, to never give any: with auto-read off it would read for ever.
 */
final class ReadGate extends ChannelOutboundHandlerAdapter {

  /** Of the event loop. */
  private boolean open = true;

  void open(boolean to) {
    open = to;
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (open) {
      ctx.read();
    }
  }
}
