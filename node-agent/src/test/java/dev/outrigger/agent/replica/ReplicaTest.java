package dev.outrigger.agent.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.agent.api.BootClock;
import dev.outrigger.agent.api.ManualClock;
import dev.outrigger.agent.config.ReplicasConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class ReplicaTest {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final ReplicasConfig CONFIG =
      new ReplicasConfig(
          "ns", "agents", Duration.ofMinutes(10), Duration.ofMinutes(9), Duration.ofMillis(100), 0);

  private final FakeLeases leases = new FakeLeases();
  private final List<String> halted = new CopyOnWriteArrayList<>();

  private Replica join(String name) {
    return join(name, CONFIG, new BootClock());
  }

  private Replica join(String name, ReplicasConfig config, java.time.Clock boot) {
    return Replica.join(leases, config, new ReplicaName(name, "agents-" + name), boot, halted::add);
  }

  @Test
  void leadershipPassesWhenTheLeaderLeavesAndNothingIsLeftBehindWhenAllHave() throws Exception {
    Replica first = join("first");
    first.awaitLeadership();
    Replica second = join("second");
    await().atMost(SOON).until(first::isFollowed);
    assertThat(second.isFollowed()).isFalse();

    first.close();
    assertThat(first.awaitSuccessor(SOON)).isTrue();
    second.awaitLeadership();
    assertThat(leases.holder("agents")).isEqualTo("second");
    assertThat(second.isFollowed()).isFalse();
    second.close();
    assertThat(second.awaitSuccessor(Duration.ZERO)).isFalse();

    assertThat(leases.names()).containsExactly("agents");
    assertThat(leases.holder("agents")).isEmpty();
    assertThat(halted).isEmpty();
  }

  @Test
  void leaderOfWhichSomethingMayStillActKeepsTheLease() throws Exception {
    Replica first = join("first");
    first.awaitLeadership();
    first.keepLease();
    first.close();
    assertThat(leases.holder("agents")).isEqualTo("first");
  }

  @Test
  void outageIsWaitedForAtTheStart() throws Exception {
    leases.away(true);
    Replica one = join("one");
    leases.away(false);
    one.awaitLeadership();
    one.close();
  }

  @Test
  void processThatCannotRenewIsHalted() throws Exception {
    ManualClock boot = new ManualClock();
    Replica one = join("one", CONFIG, boot);
    one.awaitLeadership();
    leases.away(true);
    boot.pass(CONFIG.renewDeadline());
    await().atMost(SOON).until(() -> !halted.isEmpty());
    leases.away(false);
    one.close();
  }

  @Test
  void healthIsToldOnAPortOfItsOwn() throws Exception {
    try (HealthServer server =
        HealthServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), () -> true, () -> false)) {
      assertThat(get(server, "/healthz")).isEqualTo(200);
      assertThat(get(server, "/readyz")).isEqualTo(503);
      assertThat(get(server, "/pods")).isEqualTo(404);
    }
  }

  private static int get(HealthServer server, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
          .statusCode();
    }
  }
}
