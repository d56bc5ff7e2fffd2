package dev.outrigger.agent.kubelet.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One upgraded connection, whatever frames it speaks: who may write and when it is read from, until
 * it ends. Fields belong to the event loop unless they say otherwise.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the connection anyway
abstract class Link extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(Link.class);

  /** Answers (to pings, to new streams) that a client has not taken; beyond it is not read from. */
  private static final int UNREAD_ANSWERS = 64 << 10;

  final StreamLimits limits;
  private final Window window;
  private final Thread session;
  private final ReadGate gate = new ReadGate();

  /** Below the codec. Set before anything is sent or received. */
  private volatile @Nullable ChannelHandlerContext wire;

  /** Nanoseconds; also written as frames have been sent. */
  private long active;

  private int fullInputs;
  private int answers;
  private boolean over;
  private @Nullable ScheduledFuture<?> idleCheck;
  private @Nullable ScheduledFuture<?> probe;

  /**
   * @param session is interrupted when the client goes away
   */
  Link(StreamLimits limits, Thread session) {
    this.limits = limits;
    this.window = new Window(limits.windowBytes());
    this.session = session;
  }

  /** Puts itself and its codec at the end of the pipeline. */
  final void install(ChannelPipeline pipeline) {
    pipeline.addLast(gate).addLast(codec()).addLast(this);
  }

  /** Makes messages of what comes. */
  abstract ChannelHandler codec();

  /** A frame of data, made on the writer's thread. Owned by the caller. */
  abstract ByteBuf frame(ChannelHandlerContext ctx, int id, byte[] bytes, int offset, int length);

  /** The most bytes that {@link #frame} puts into one frame. */
  abstract int frameBytes();

  /** The frame that ends a stream's output; empty for a protocol that has none. */
  abstract ByteBuf endFrame(int id);

  /** The frame that is the last on the connection. */
  abstract ByteBuf lastFrame();

  /** The client has gone: what it has sent may still be read. */
  abstract void endInputs();

  /** The session is over: nobody reads the inputs any more. */
  abstract void closeInputs();

  /** Where frames that are made here enter the pipeline: next to TLS, below any codec. */
  abstract ChannelHandlerContext wire(ChannelHandlerContext own);

  /** That the client answers, if it lives. */
  abstract ByteBuf pingFrame();

  /** On the event loop: that stream's output has ended. */
  void outputEnded(int id) {}

  // ---- from the session's threads

  /** Blocks while the client is slow. */
  final void send(int id, byte[] bytes, int offset, int length) throws IOException {
    for (int at = 0; at < length; ) {
      int part = Math.min(length - at, frameBytes());
      window.take(part);
      ByteBuf frame = frame(wire(), id, bytes, offset + at, part);
      onLoop(() -> write(frame, part));
      at += part;
    }
  }

  /** A frame without data, for the client to know that its stream works. Does not block. */
  final void announce(int id) {
    ByteBuf frame = frame(wire(), id, new byte[0], 0, 0);
    onLoop(() -> write(frame, 0));
  }

  final void endOutput(int id) {
    onLoop(
        () -> {
          write(endFrame(id), 0);
          outputEnded(id);
        });
  }

  /** Ends the connection in good order: the client gets all that was written. Does not block. */
  final void finish() {
    onLoop(this::lastWords);
  }

  final void onLoop(Runnable task) {
    try {
      wire().executor().execute(task);
    } catch (RejectedExecutionException e) {
      LOG.atDebug().log("kubelet API is shutting down");
    }
  }

  // ---- on the event loop

  private ChannelHandlerContext wire() {
    ChannelHandlerContext set = wire;
    if (set == null) {
      throw new IllegalStateException("the connection has not been upgraded");
    }
    return set;
  }

  final void write(ByteBuf frame, int bytes) {
    if (!frame.isReadable()) {
      frame.release();
      return;
    }
    wire()
        .writeAndFlush(frame)
        .addListener(
            written -> {
              active = System.nanoTime();
              window.give(bytes);
              if (!written.isSuccess()) {
                wire().close();
              }
            });
  }

  /** An answer to a frame of the client's; never waits, but makes the client wait. */
  final void answer(ChannelHandlerContext ctx, Object frame, int bytes) {
    answers += bytes;
    readOrNot();
    ctx.writeAndFlush(frame)
        .addListener(
            written -> {
              answers -= bytes;
              readOrNot();
            });
  }

  /** Closes the connection, and nothing else. */
  final void malformed(ChannelHandlerContext ctx, String what) {
    if (!over) {
      LOG.atDebug().addKeyValue("problem", what).log("malformed frame from a kubelet API client");
    }
    ctx.close();
  }

  final boolean isOver() {
    return over;
  }

  /** An input whose fullness keeps the connection from being read. */
  final StreamInput newInput() {
    return new StreamInput(
        limits.inputBytes(),
        new StreamInput.Gauge() {
          @Override
          public void full() {
            fullInputs++;
            readOrNot();
          }

          @Override
          public void drained() {
            onLoop(
                () -> {
                  fullInputs--;
                  readOrNot();
                });
          }
        });
  }

  private void readOrNot() {
    boolean read = over || (fullInputs == 0 && answers < UNREAD_ANSWERS);
    gate.open(read);
    wire().channel().config().setAutoRead(read);
    if (read && probe != null) {
      probe.cancel(false);
      probe = null;
    } else if (!read && probe == null) {
      long nanos = limits.probe().toNanos();
      probe =
          wire()
              .executor()
              .scheduleWithFixedDelay(
                  () -> write(pingFrame(), 0), nanos, nanos, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    wire = wire(ctx);
    active = System.nanoTime();
    checkIdle(ctx, limits.idle().value());
  }

  private void checkIdle(ChannelHandlerContext ctx, Duration in) {
    idleCheck = ctx.executor().schedule(() -> idleSoFar(ctx), in.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void idleSoFar(ChannelHandlerContext ctx) {
    Duration left = limits.idle().value().minus(Duration.ofNanos(System.nanoTime() - active));
    if (left.isPositive()) {
      checkIdle(ctx, left);
    } else {
      ctx.close();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    active = System.nanoTime();
    ctx.fireChannelReadComplete();
  }

  /** Ends its side after the last frame, and waits a little for the client to end the other. */
  private void lastWords() {
    closeInputs();
    if (over) {
      return;
    }
    over = true;
    readOrNot();
    ChannelHandlerContext ctx = wire();
    write(lastFrame(), 0);
    SslHandler tls = ctx.pipeline().get(SslHandler.class);
    var said = tls == null ? ctx.writeAndFlush(Unpooled.EMPTY_BUFFER) : tls.closeOutbound();
    said.addListener(
        done -> {
          if (ctx.channel() instanceof SocketChannel socket && socket.isActive()) {
            socket.shutdownOutput();
          }
          long nanos = limits.linger().toNanos();
          ctx.executor().schedule(() -> ctx.close(), nanos, TimeUnit.NANOSECONDS);
        });
  }

  /** The client has ended its side, in words or in fact. */
  final void clientGone(ChannelHandlerContext ctx) {
    ctx.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    window.close();
    if (!over) {
      over = true;
      // Before its input ends: an end that is only the client's going is to be told apart.
      session.interrupt();
    }
    endInputs();
    if (idleCheck != null) {
      idleCheck.cancel(false);
    }
    if (probe != null) {
      probe.cancel(false);
      probe = null;
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    malformed(ctx, String.valueOf(cause.getMessage()));
  }
}
