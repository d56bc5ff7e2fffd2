package dev.outrigger.agent.kubelet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Tells who speaks HTTP to the HTTPS port so, in the words of Go's server, which a kubelet's is;
 * TLS would only cut the connection. Stands before TLS and leaves after the first bytes.
 */
final class PlainHttpAnswer extends ChannelInboundHandlerAdapter {

  private static final List<String> BEGINNINGS =
      List.of("GET /", "HEAD ", "POST ", "PUT /", "OPTIO");

  private static final String ANSWER =
      "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    context.pipeline().remove(this);
    if (message instanceof ByteBuf bytes && isHttp(bytes)) {
      bytes.release();
      context
          .writeAndFlush(Unpooled.copiedBuffer(ANSWER, StandardCharsets.US_ASCII))
          .addListener(ChannelFutureListener.CLOSE);
      return;
    }
    context.fireChannelRead(message);
  }

  private static boolean isHttp(ByteBuf bytes) {
    String beginning =
        bytes.toString(
            bytes.readerIndex(), Math.min(5, bytes.readableBytes()), StandardCharsets.US_ASCII);
    return BEGINNINGS.contains(beginning);
  }
}
