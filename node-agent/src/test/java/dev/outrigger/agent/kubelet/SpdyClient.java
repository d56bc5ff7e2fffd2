package dev.outrigger.agent.kubelet;

import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyGoAwayFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyGoAwayFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;

/** What a client of exec, attach and port-forward does over SPDY/3.1, with all its bad habits. */
final class SpdyClient implements AutoCloseable {

  static final Duration SOON = Duration.ofSeconds(60);

  private final UpgradedSocket socket;
  private final EmbeddedChannel encoder =
      new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
  private final Thread reader;

  /** Taken before each read: a test holds it to be a slow reader. */
  final Semaphore reads = new Semaphore(1);

  // Guarded by this.
  private final Map<Integer, ByteArrayOutputStream> data = new HashMap<>();
  private final Set<Integer> replied = new HashSet<>();
  private final Set<Integer> ended = new HashSet<>();
  private final Set<Integer> reset = new HashSet<>();
  private final Set<Integer> pings = new HashSet<>();
  private boolean goneAway;
  private boolean closed;
  private int nextId = 1;

  private SpdyClient(UpgradedSocket socket) {
    this.socket = socket;
    this.reader = Thread.ofVirtual().name("spdy-client").start(this::read);
  }

  static SpdyClient open(TestNode node, String path, String protocol) throws IOException {
    UpgradedSocket socket = UpgradedSocket.spdy(node, path, protocol);
    if (socket.status() != 101) {
      throw new AssertionError(socket.head() + socket.body());
    }
    return new SpdyClient(socket);
  }

  private void read() {
    EmbeddedChannel decoder = new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
    byte[] buffer = new byte[16 << 10];
    try {
      while (true) {
        reads.acquire();
        reads.release();
        int count = socket.in().read(buffer);
        if (count < 0) {
          break;
        }
        decoder.writeInbound(Unpooled.copiedBuffer(buffer, 0, count));
        for (Object f = decoder.readInbound(); f != null; f = decoder.readInbound()) {
          received(f);
          ReferenceCountUtil.release(f);
        }
      }
    } catch (IOException | InterruptedException e) {
      // The connection has ended, in whatever way.
    }
    synchronized (this) {
      closed = true;
    }
  }

  private synchronized void received(Object message) {
    switch (message) {
      case SpdyDataFrame frame -> {
        ByteBuf content = frame.content();
        byte[] bytes = new byte[content.readableBytes()];
        content.readBytes(bytes);
        data.computeIfAbsent(frame.streamId(), id -> new ByteArrayOutputStream()).writeBytes(bytes);
        if (frame.isLast()) {
          ended.add(frame.streamId());
        }
      }
      case SpdySynReplyFrame frame -> replied.add(frame.streamId());
      case SpdyRstStreamFrame frame -> reset.add(frame.streamId());
      case SpdyPingFrame frame -> pings.add(frame.id());
      case SpdyGoAwayFrame frame -> goneAway = true;
      default -> throw new AssertionError("unexpected " + message);
    }
  }

  /** Opens a stream and waits for the answer; headers are names and values. */
  int stream(String type, String... headers) {
    int id = openStream(type, headers);
    await()
        .atMost(SOON)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> replied(id) || isReset(id));
    return id;
  }

  int openStream(String type, String... headers) {
    int id;
    synchronized (this) {
      id = nextId;
      nextId += 2;
    }
    var frame = new DefaultSpdySynStreamFrame(id, 0, (byte) 0);
    frame.headers().set("streamtype", type);
    for (int i = 0; i < headers.length; i += 2) {
      frame.headers().set(headers[i], headers[i + 1]);
    }
    send(frame);
    return id;
  }

  void data(int id, byte[] bytes, boolean last) {
    DefaultSpdyDataFrame frame = new DefaultSpdyDataFrame(id, Unpooled.wrappedBuffer(bytes));
    frame.setLast(last);
    send(frame);
  }

  void data(int id, String text, boolean last) {
    data(id, text.getBytes(StandardCharsets.UTF_8), last);
  }

  void reset(int id) {
    send(new DefaultSpdyRstStreamFrame(id, 5));
  }

  void ping(int id) {
    send(new DefaultSpdyPingFrame(id));
  }

  void goAway() {
    send(new DefaultSpdyGoAwayFrame(0, 0));
  }

  /** Blocks like any writer. */
  private void send(Object frame) {
    synchronized (encoder) {
      encoder.writeOutbound(frame);
      try {
        for (ByteBuf out = encoder.readOutbound(); out != null; out = encoder.readOutbound()) {
          byte[] bytes = new byte[out.readableBytes()];
          out.readBytes(bytes);
          out.release();
          raw(bytes);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Past the codec, for what no codec would write. */
  void raw(byte[] bytes) throws IOException {
    socket.out().write(bytes);
    socket.out().flush();
  }

  synchronized boolean replied(int id) {
    return replied.contains(id);
  }

  synchronized boolean isReset(int id) {
    return reset.contains(id);
  }

  synchronized boolean isEnded(int id) {
    return ended.contains(id);
  }

  synchronized boolean ponged(int id) {
    return pings.contains(id);
  }

  synchronized boolean isGoneAway() {
    return goneAway;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  synchronized int count(int id) {
    return data.containsKey(id) ? data.get(id).size() : 0;
  }

  synchronized byte[] bytes(int id) {
    return data.containsKey(id) ? data.get(id).toByteArray() : new byte[0];
  }

  String text(int id) {
    return new String(bytes(id), StandardCharsets.UTF_8);
  }

  /** All that comes on a stream, until the server ends it. */
  String all(int id) {
    await()
        .atMost(SOON)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> isEnded(id));
    return text(id);
  }

  void awaitClose() {
    await().atMost(SOON).until(this::isClosed);
  }

  @Override
  public void close() throws IOException {
    reads.release();
    socket.close();
    reader.interrupt();
  }
}
