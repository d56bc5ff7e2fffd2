package dev.outrigger.agent.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.agent.kubelet.stream.CreationTime;
import dev.outrigger.agent.kubelet.stream.IdleTime;
import dev.outrigger.agent.kubelet.stream.StreamLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What slow, idle, greedy and dead clients can use up. */
class StreamLimitsTest {

  private static final Duration SOON = SpdyClient.SOON;

  /** More than what all buffers on the way hold. */
  private static final long PLENTY = 32 << 20;

  @TempDir private Path folder;
  private @Nullable TestNode node;
  private final Commands commands = new Commands();

  @AfterEach
  void stop() {
    if (node != null) {
      node.close();
    }
  }

  private TestNode start(StreamLimits streams) throws IOException {
    ServerLimits d = ServerLimits.defaults();
    TestNode started =
        new TestNode(
            folder,
            new ServerLimits(
                d.connections(),
                d.requests(),
                d.uriBytes(),
                d.headerBytes(),
                d.bodyBytes(),
                d.headerTime(),
                d.idleTime(),
                d.stallTime(),
                d.windowBytes(),
                d.fileCheck(),
                streams));
    started.exec = commands;
    node = started;
    return started;
  }

  private static StreamLimits limits(int sessions, Duration idle, Duration creation) {
    StreamLimits d = StreamLimits.defaults();
    return new StreamLimits(
        sessions,
        d.streams(),
        d.inputBytes(),
        d.windowBytes(),
        d.headerBytes(),
        new IdleTime(idle),
        new CreationTime(creation),
        Duration.ofMillis(50),
        d.linger());
  }

  private SpdyClient exec(TestNode on, String query) throws IOException {
    return SpdyClient.open(on, "/exec/ns/p/c?" + query, "v4.channel.k8s.io");
  }

  @Test
  void slowReaderHoldsItsCommandBackAndNobodyElses() throws Exception {
    TestNode on = start(StreamLimits.defaults());
    try (SpdyClient slow = exec(on, "output=1&command=yes&command=" + PLENTY)) {
      int error = slow.stream("error");
      slow.reads.acquire();
      int stdout = slow.openStream("stdout");
      awaitStandstill(commands.written);
      assertThat(commands.written.get()).isPositive().isLessThan(PLENTY / 2);

      try (SpdyClient other = exec(on, "output=1&command=both")) {
        other.stream("error");
        assertThat(other.all(other.stream("stdout"))).isEqualTo("out");
      }
      slow.reads.release();
      assertThat(slow.all(error)).contains("Success");
      assertThat(slow.count(stdout)).isEqualTo((int) PLENTY);
    }
  }

  @Test
  void inputThatNobodyReadsHoldsItsClientBack() throws Exception {
    TestNode on = start(StreamLimits.defaults());
    AtomicLong sent = new AtomicLong();
    try (SpdyClient client = exec(on, "input=1&output=1&command=count")) {
      int error = client.stream("error");
      int stdin = client.stream("stdin");
      client.stream("stdout");
      Thread writer = Thread.startVirtualThread(() -> send(client, stdin, sent));
      awaitStandstill(sent);
      assertThat(sent.get()).isPositive().isLessThan(PLENTY / 2);

      commands.mayRead.countDown();
      assertThat(client.all(error)).contains("Success");
      writer.join();
    }
    assertThat(commands.read.get()).isEqualTo(PLENTY);
  }

  /** Asks more than once: on a loaded machine nothing may move for a while. */
  private static void awaitStandstill(AtomicLong count) {
    long[] last = {-1};
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              long now = count.get();
              boolean still = now > 0 && now == last[0];
              last[0] = now;
              return still;
            });
  }

  private static void send(SpdyClient client, int stream, AtomicLong sent) {
    byte[] chunk = new byte[32 << 10];
    while (sent.get() < PLENTY) {
      client.data(stream, chunk, sent.get() + chunk.length >= PLENTY);
      sent.addAndGet(chunk.length);
    }
  }

  @Test
  void clientThatDiesWhileItIsNotReadFromIsNoticed() throws Exception {
    TestNode on = start(limits(8, Duration.ofHours(4), Duration.ofSeconds(30)));
    SpdyClient client = exec(on, "input=1&output=1&command=count");
    client.stream("error");
    int stdin = client.stream("stdin");
    client.stream("stdout");
    AtomicLong sent = new AtomicLong();
    Thread writer =
        Thread.ofVirtual()
            .uncaughtExceptionHandler((thread, e) -> {})
            .start(() -> send(client, stdin, sent));
    awaitStandstill(sent);
    client.close();

    await().atMost(SOON).until(() -> commands.interrupted.get() == 1);
    writer.join();
  }

  @Test
  void writesToAClientThatHasGoneFail() throws Exception {
    TestNode on = start(StreamLimits.defaults());
    SpdyClient client = exec(on, "output=1&command=yes&command=" + Long.MAX_VALUE);
    client.stream("error");
    client.stream("stdout");
    client.close();

    await().atMost(SOON).until(() -> commands.brokenWrites.get() == 1);
    await().atMost(SOON).until(() -> commands.running.get() == 0);
  }

  @Test
  void streamsThatAreNotOpenedInTimeEndTheConnection() throws Exception {
    TestNode on = start(limits(8, Duration.ofHours(4), Duration.ofMillis(200)));
    try (SpdyClient client = exec(on, "output=1&command=both")) {
      client.stream("error");

      client.awaitClose();
    }
    assertThat(commands.requests).isEmpty();
  }

  @Test
  void idleConnectionIsClosed() throws Exception {
    TestNode on = start(limits(8, Duration.ofMillis(500), Duration.ofSeconds(30)));
    try (SpdyClient client = exec(on, "output=1&command=sleep")) {
      client.stream("error");
      client.stream("stdout");

      client.awaitClose();
    }
    await().atMost(SOON).until(() -> commands.interrupted.get() == 1);
  }

  @Test
  void oneSessionTooManyIsAnsweredByTryAgain() throws Exception {
    TestNode on = start(limits(1, Duration.ofHours(4), Duration.ofSeconds(30)));
    try (SpdyClient client = exec(on, "output=1&command=sleep")) {
      client.stream("error");
      client.stream("stdout");

      try (UpgradedSocket refused =
          UpgradedSocket.spdy(on, "/exec/ns/p/c?output=1&command=both", "v4.channel.k8s.io")) {
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.body())
            .isEqualTo("node node-1 already has 1 streaming sessions; try again later");
      }
    }
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              try (SpdyClient next = exec(on, "output=1&command=both")) {
                next.stream("error");
                assertThat(next.all(next.stream("stdout"))).isEqualTo("out");
              } catch (AssertionError e) {
                assertThat(e).hasMessageContaining("try again later");
                throw e;
              }
            });
  }
}
