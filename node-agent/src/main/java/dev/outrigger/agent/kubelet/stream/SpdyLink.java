package dev.outrigger.agent.kubelet.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyGoAwayFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * SPDY/3.1 as Go's spdystream speaks it: the client opens all streams, flow control is neither kept
 * nor asked for. Frames of data are made here and pass the codec by, which would copy them.
 */
final class SpdyLink extends Link {

  /** Decides about a stream before the client is told that it is open. */
  interface Gate {

    /**
     * @return where the client's data goes; {@code null} refuses the stream
     */
    @Nullable Inbound open(String type, String port, SpdyLink link);
  }

  private static final int FRAME = 32 << 10;
  private static final int CHUNK = 16 << 10;
  private static final int HEADER = 8;
  private static final int FIN = 0x01;
  private static final int SMALL_FRAME = 64;

  private final Gate gate;

  /** Those that the session has not looked at. */
  private final BlockingQueue<SpdyStream> opened = new LinkedBlockingQueue<>();

  /** Of the event loop. */
  private final Map<Integer, SpdyStream> streams = new HashMap<>();

  private int lastId;

  SpdyLink(StreamLimits limits, Thread session, Gate gate) {
    super(limits, session);
    this.gate = gate;
  }

  @Override
  ChannelHandler codec() {
    return new SpdyFrameCodec(SpdyVersion.SPDY_3_1, CHUNK, limits.headerBytes(), 1, 15, 8, false);
  }

  /** The next stream that the client has opened; {@code null} after that time. */
  @Nullable SpdyStream next(Duration patience) throws InterruptedException {
    return opened.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (isOver()) {
        return;
      }
      switch (message) {
        case SpdyDataFrame frame -> data(frame);
        case SpdySynStreamFrame frame -> open(ctx, frame);
        case SpdyRstStreamFrame frame -> reset(frame.streamId());
        case SpdyPingFrame frame -> ping(ctx, frame);
        case SpdyGoAwayFrame frame -> clientGone(ctx);
        default -> {} // settings, window updates and headers say nothing here
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void data(SpdyDataFrame frame) {
    SpdyStream stream = streams.get(frame.streamId());
    if (stream == null) {
      return; // under way as the stream ended
    }
    stream.input().data(frame.content().retain());
    if (frame.isLast()) {
      stream.endOfClient();
      removeEnded(stream);
    }
  }

  private void open(ChannelHandlerContext ctx, SpdySynStreamFrame frame) {
    int id = frame.streamId();
    if (frame.isInvalid() || frame.isTruncated() || id % 2 == 0 || id <= lastId) {
      malformed(ctx, "SYN_STREAM of stream " + id);
      return;
    }
    lastId = id;
    if (streams.size() >= limits.streams()) {
      refuse(ctx, id, SpdyStreamStatus.REFUSED_STREAM);
      return;
    }
    String type = text(frame, "streamtype");
    Inbound input = gate.open(type, text(frame, "port"), this);
    if (input == null) {
      refuse(ctx, id, SpdyStreamStatus.CANCEL);
      return;
    }
    SpdyStream stream = new SpdyStream(id, frame.headers(), input, new StreamOutput(this, id));
    streams.put(id, stream);
    // Go's library cannot read a reply without any header.
    DefaultSpdySynReplyFrame reply = new DefaultSpdySynReplyFrame(id);
    reply.headers().set(":status", "200").set(":version", "HTTP/1.1");
    answer(ctx, reply, SMALL_FRAME);
    if (frame.isLast()) {
      stream.endOfClient();
    }
    opened.add(stream);
  }

  private static String text(SpdySynStreamFrame frame, String name) {
    String value = frame.headers().getAsString(name);
    return value == null ? "" : value;
  }

  private void refuse(ChannelHandlerContext ctx, int id, SpdyStreamStatus status) {
    answer(ctx, new DefaultSpdyRstStreamFrame(id, status), SMALL_FRAME);
  }

  private void reset(int id) {
    SpdyStream stream = streams.remove(id);
    if (stream != null) {
      stream.reset();
    }
  }

  /** Odd ones are the client's. */
  private void ping(ChannelHandlerContext ctx, SpdyPingFrame frame) {
    if (frame.id() % 2 != 0) {
      answer(ctx, new DefaultSpdyPingFrame(frame.id()), SMALL_FRAME);
    }
  }

  private void removeEnded(SpdyStream stream) {
    if (stream.ended()) {
      streams.remove(stream.id());
    }
  }

  @Override
  void outputEnded(int id) {
    SpdyStream stream = streams.get(id);
    if (stream != null) {
      stream.endOfOwn();
      removeEnded(stream);
    }
  }

  /** Ends a stream in both directions, from the session's threads. Does not block. */
  void cancel(SpdyStream stream) {
    stream.output().refuse();
    onLoop(
        () -> {
          if (streams.remove(stream.id()) != null) {
            stream.input().close();
            write(resetFrame(stream.id()), 0);
          }
        });
  }

  @Override
  ByteBuf frame(ChannelHandlerContext ctx, int id, byte[] bytes, int offset, int length) {
    return ctx.alloc()
        .heapBuffer(HEADER + length)
        .writeInt(id)
        .writeInt(length)
        .writeBytes(bytes, offset, length);
  }

  @Override
  int frameBytes() {
    return FRAME;
  }

  @Override
  ByteBuf endFrame(int id) {
    return Unpooled.buffer(HEADER).writeInt(id).writeInt(FIN << 24);
  }

  /** GOAWAY: version 3, type 7, 8 bytes: the last stream, OK. */
  @Override
  ByteBuf lastFrame() {
    return Unpooled.buffer(16)
        .writeShort(0x8003)
        .writeShort(7)
        .writeInt(8)
        .writeInt(lastId)
        .writeInt(0);
  }

  /** PING: version 3, type 6, 4 bytes: an even number, which is a server's. */
  @Override
  ByteBuf pingFrame() {
    return Unpooled.buffer(12).writeShort(0x8003).writeShort(6).writeInt(4).writeInt(2);
  }

  /** RST_STREAM: version 3, type 3, 8 bytes: the stream, CANCEL. */
  private static ByteBuf resetFrame(int id) {
    return Unpooled.buffer(16)
        .writeShort(0x8003)
        .writeShort(3)
        .writeInt(8)
        .writeInt(id)
        .writeInt(SpdyStreamStatus.CANCEL.code());
  }

  @Override
  ChannelHandlerContext wire(ChannelHandlerContext own) {
    return own.pipeline().context(SpdyFrameCodec.class);
  }

  @Override
  void endInputs() {
    streams.values().forEach(stream -> stream.input().end());
  }

  @Override
  void closeInputs() {
    streams.values().forEach(stream -> stream.input().close());
    streams.clear();
    opened.forEach(stream -> stream.input().close());
  }
}
