package dev.outrigger.agent.kubelet.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.HexFormat;
import java.util.Random;

/**
 * Sends generated frames to connections, one connection after the other, cut into pieces at random.
 * Every connection must end without an exception that gets through and without a byte of memory
 * that is not given back; a malformed frame must close it at once. The same seed sends the same.
 */
final class FrameFuzz {

  /** What a client of one connection sends. */
  interface Frames extends AutoCloseable {

    byte[] good();

    /** A frame that no server may put up with. */
    byte[] malformed();

    /** Anything: some of it is malformed, some only looks so. */
    byte[] strange();

    @Override
    void close();
  }

  private static final StreamLimits LIMITS = StreamLimits.defaults();

  private final Random random;
  private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false, true);
  long frames;
  long connections;
  long closedByMalformed;

  FrameFuzz(long seed) {
    this.random = new Random(seed);
  }

  void run(long count) {
    while (frames < count) {
      connection();
      connections++;
    }
  }

  private void connection() {
    int kind = random.nextInt(4);
    Link link = link(kind);
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.config().setAllocator(memory);
    link.install(channel.pipeline());
    try (Frames client =
        kind < 2 ? new SpdyFrames(random) : new WebSocketFrames(random, kind == 2)) {
      int length = 1 + random.nextInt(60);
      for (int i = 0; i < length && channel.isOpen(); i++) {
        frames++;
        frame(channel, client, i == 0 || random.nextInt(30) > 0);
      }
    }
    end(link, channel);
  }

  private void frame(EmbeddedChannel channel, Frames client, boolean wellMeant) {
    if (wellMeant) {
      byte[] good = client.good();
      send(channel, random.nextInt(40) == 0 ? damaged(good) : good);
    } else if (random.nextBoolean()) {
      clean = false;
      send(channel, client.strange());
    } else {
      byte[] last = client.malformed();
      boolean inStep = clean;
      send(channel, last);
      if (inStep) {
        assertThat(channel.isOpen())
            .as("open after the malformed frame %s", HexFormat.of().formatHex(last))
            .isFalse();
        closedByMalformed++;
      }
    }
  }

  /** Whether the connection has been sent nothing but good frames. */
  private boolean clean;

  private byte[] damaged(byte[] frame) {
    clean = false;
    byte[] copy = frame.clone();
    int at = random.nextInt(copy.length);
    copy[at] ^= (byte) (1 << random.nextInt(8));
    return random.nextBoolean() ? copy : java.util.Arrays.copyOf(copy, at);
  }

  private void send(EmbeddedChannel channel, byte[] bytes) {
    int at = 0;
    while (at < bytes.length && channel.isOpen()) {
      int part = random.nextInt(4) == 0 ? 1 + random.nextInt(bytes.length - at) : bytes.length - at;
      ByteBuf piece = memory.heapBuffer(part).writeBytes(bytes, at, part);
      channel.writeInbound(piece);
      at += part;
    }
    channel.runPendingTasks();
    for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      ReferenceCountUtil.release(out);
    }
  }

  private Link link(int kind) {
    clean = true;
    Thread session = Thread.ofVirtual().unstarted(() -> {});
    return switch (kind) {
      case 0 ->
          new SpdyLink(
              LIMITS, session, new SpdyCommand(new CommandOptions(true, true, true, true), true));
      case 1 -> new SpdyLink(LIMITS, session, new SpdyPortForwarding.Gate());
      case 2 -> webSocket(session, WebSocketLink.Coding.BASE64);
      default -> webSocket(session, WebSocketLink.Coding.BINARY);
    };
  }

  private static Link webSocket(Thread session, WebSocketLink.Coding coding) {
    CommandOptions all = new CommandOptions(true, true, true, false);
    return new WebSocketLink(
        LIMITS,
        session,
        coding,
        coding == WebSocketLink.Coding.BINARY,
        made -> WebSocketCommand.inputs(made, all));
  }

  private void end(Link link, EmbeddedChannel channel) {
    link.finish();
    channel.runPendingTasks();
    channel.finishAndReleaseAll();
    channel.checkException();
    assertThat(memory.metric().usedHeapMemory())
        .as("memory after connection %d, frame %d", connections, frames)
        .isZero();
  }

  static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  static byte[] take(ByteBuf frame) {
    byte[] bytes = new byte[frame.readableBytes()];
    frame.readBytes(bytes);
    frame.release();
    return bytes;
  }
}
