package dev.outrigger.agent.kubelet;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection, on its event loop: gathers requests, has them answered one after the other, ends
 * what takes too long or is too large. All fields belong to the event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the connection anyway
final class ConnectionHandler extends ChannelInboundHandlerAdapter {

  /** Starts answering. */
  interface Exchanges {

    /**
     * @param done to be run on the event loop when the response has been handed over in whole
     * @return cuts the answering short; empty-handed ({@code null}) when there are too many
     */
    @Nullable Runnable start(HttpRequest request, ResponseWriter response, Runnable done);
  }

  /** Requests sent ahead of the answers. */
  private static final int PIPELINED = 8;

  private static final HttpResponseStatus NO_HOST =
      new HttpResponseStatus(400, "Bad Request: missing required Host header"); // Go's words

  private final ServerLimits limits;
  private final Exchanges exchanges;
  private final ArrayDeque<HttpRequest> waiting = new ArrayDeque<>();
  private @Nullable HttpRequest arriving;
  private long bodyBytes;
  private boolean busy;
  private boolean closing;
  private @Nullable Runnable cancel;
  private @Nullable ScheduledFuture<?> deadline;

  ConnectionHandler(ServerLimits limits, Exchanges exchanges) {
    this.limits = limits;
    this.exchanges = exchanges;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    closeAfter(ctx, limits.headerTime());
    ctx.fireChannelActive();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closing = true;
    stopDeadline();
    waiting.clear();
    if (cancel != null) {
      cancel.run();
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (closing) {
        return;
      }
      if (message instanceof HttpRequest request) {
        head(ctx, request);
      }
      if (message instanceof HttpContent content && arriving != null) {
        body(ctx, content, arriving);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void head(ChannelHandlerContext ctx, HttpRequest request) {
    DecoderResult result = request.decoderResult();
    if (result.isFailure()) {
      refuse(ctx, malformed(result.cause()));
    } else if (hosts(request) > 1) {
      refuse(ctx, HttpResponseStatus.BAD_REQUEST);
    } else if (hosts(request) == 0 && request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
      refuse(ctx, NO_HOST);
    } else if (waiting.size() >= PIPELINED) {
      refuse(ctx, HttpResponseStatus.TOO_MANY_REQUESTS);
    } else {
      arriving = request;
      bodyBytes = 0;
      if (HttpUtil.is100ContinueExpected(request)) {
        ctx.writeAndFlush(
            new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
      }
    }
  }

  private static int hosts(HttpRequest request) {
    return request.headers().getAll(HttpHeaderNames.HOST).size();
  }

  private void body(ChannelHandlerContext ctx, HttpContent content, HttpRequest request) {
    bodyBytes += content.content().readableBytes();
    if (content.decoderResult().isFailure()) {
      refuse(ctx, HttpResponseStatus.BAD_REQUEST);
    } else if (bodyBytes > limits.bodyBytes()) {
      refuse(ctx, HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE);
    } else if (content instanceof LastHttpContent) {
      arriving = null;
      waiting.add(request);
      next(ctx);
    }
  }

  private static HttpResponseStatus malformed(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return HttpResponseStatus.REQUEST_URI_TOO_LONG;
    }
    return cause instanceof TooLongHttpHeaderException
        ? HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        : HttpResponseStatus.BAD_REQUEST;
  }

  private void next(ChannelHandlerContext ctx) {
    if (busy || closing) {
      return;
    }
    HttpRequest request = waiting.poll();
    if (request == null) {
      closeAfter(ctx, limits.idleTime());
      return;
    }
    stopDeadline();
    busy = true;
    ResponseWriter response = new ResponseWriter(ctx.channel(), request, limits);
    cancel = exchanges.start(request, response, () -> done(ctx, response));
    if (cancel == null) {
      busy = false;
      refuse(ctx, HttpResponseStatus.SERVICE_UNAVAILABLE);
    }
  }

  private void done(ChannelHandlerContext ctx, ResponseWriter response) {
    busy = false;
    cancel = null;
    if (response.upgraded()) {
      return; // no longer HTTP's
    }
    if (!response.keepsConnection()) {
      closing = true;
      ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    } else {
      next(ctx);
    }
  }

  /** Answers and closes: what follows on this connection cannot be trusted, or is not wanted. */
  private void refuse(ChannelHandlerContext ctx, HttpResponseStatus status) {
    closing = true;
    arriving = null;
    waiting.clear();
    if (busy) {
      ctx.close(); // a response is half out: another one cannot be put into it
      return;
    }
    var body = Unpooled.copiedBuffer(status.reasonPhrase(), StandardCharsets.UTF_8);
    var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
        .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    if (status.equals(HttpResponseStatus.SERVICE_UNAVAILABLE)) {
      response.headers().set(HttpHeaderNames.RETRY_AFTER, 1);
    }
    ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  private void closeAfter(ChannelHandlerContext ctx, Duration time) {
    stopDeadline();
    deadline = ctx.executor().schedule(() -> ctx.close(), time.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void stopDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close(); // a broken connection or handshake: the peer's affair
  }
}
