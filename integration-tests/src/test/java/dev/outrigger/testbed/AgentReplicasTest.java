package dev.outrigger.testbed;

import static dev.outrigger.testbed.Pods.awaitPhase;
import static dev.outrigger.testbed.Pods.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.simulator.AwsSimulator;
import dev.outrigger.simulator.SimulatorConfig;
import dev.outrigger.testbed.NodeSightings.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Two agents of one configuration, each a process of its own with the rights of {@code
 * manifests/agent}: one acts, the other follows it when it is stopped, killed or suspended.
 */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
@Execution(ExecutionMode.CONCURRENT) // they mostly wait
@Order(11) // of the long ones
final class AgentReplicasTest {

  private static final Duration SOON = Duration.ofSeconds(90);
  private static final int SHORT = 9;
  private static final int TERMINATED = 143;

  @TempDir Path folder;

  private Replicas replicas(String node, AwsSimulator simulator) throws IOException {
    NodeSettings settings = NodeSettings.ecs(node, simulator.endpoint().toString()).keptApart();
    return new Replicas(Cluster.shared(), settings, folder);
  }

  @Test
  void aStandbyTakesOverWhenTheLeaderIsStoppedAndTheNodeStaysReadyUntilTheLastOneStops()
      throws Exception {
    try (AwsSimulator simulator = AwsSimulator.start(SimulatorConfig.defaults());
        Replicas replicas = replicas("replicas-stopped", simulator)) {
      Kubectl kubectl = Cluster.newNamespace(Cluster.shared());
      FaultPods pods = new FaultPods(simulator, kubectl);
      AgentProcess first = replicas.start("first").awaitReady();
      AgentProcess second = replicas.standby("second");
      pods.apply(List.of(steady(replicas.node())));
      awaitPhase(kubectl, "steady", "Running");
      String before = run(kubectl);

      try (NodeSightings node = replicas.watch()) {
        int port = replicas.port(node);
        long stopped = System.nanoTime();
        first.close();
        Seen taken = replicas.awaitSuccessor(node, port);
        told("stopped", stopped, taken);
        assertThat(first.exitCode()).contains(TERMINATED);
        assertThat(node.all()).extracting(Seen::ready).containsOnly("True");
        awaitLogs(kubectl);
        assertThat(node.all()).extracting(Seen::ready).containsOnly("True");
        assertThat(run(kubectl)).isEqualTo(before);

        second.close();
        await().atMost(SOON).until(() -> node.latest().ready().equals("False"));
      }
      assertThat(pods.starts().values()).containsExactly(1L);
      assertThat(replicas.members()).isEmpty();
      assertThat(replicas.leader()).isEmpty();
    }
  }

  @Test
  void aStandbyTakesOverFromALeaderThatIsKilledOrSuspendedAndNothingIsStartedTwice()
      throws Exception {
    try (AwsSimulator simulator = AwsSimulator.start(SimulatorConfig.defaults());
        Replicas replicas = replicas("replicas-killed", simulator)) {
      Kubectl kubectl = Cluster.newNamespace(Cluster.shared());
      FaultPods pods = new FaultPods(simulator, kubectl);
      AgentProcess first = replicas.start("first").awaitReady();
      AgentProcess second = replicas.standby("second");
      pods.apply(List.of(steady(replicas.node())));
      awaitPhase(kubectl, "steady", "Running");
      String before = run(kubectl);

      try (NodeSightings node = replicas.watch()) {
        int port = replicas.port(node);
        pods.apply(ending("a", replicas.node()));
        long killed = System.nanoTime();
        first.kill();
        Seen taken = replicas.awaitSuccessor(node, port);
        told("killed", killed, taken);

        AgentProcess third = replicas.standby("third");
        long suspended = System.nanoTime();
        Replicas.signal(second, "STOP");
        pods.apply(ending("b", replicas.node()));
        Seen again = replicas.awaitSuccessor(node, taken.port());
        told("suspended", suspended, again);
        Replicas.signal(second, "CONT");
        await().atMost(SOON).until(() -> !second.isAlive());
        assertThat(second.exitCode()).contains(1);
        assertThat(Files.readString(second.log())).contains("this replica may not act any more");
        Map<String, String> all = outcomes("a");
        all.putAll(outcomes("b"));
        pods.awaitOutcomes(all, SOON);

        assertThat(node.latest().port()).isEqualTo(again.port());
        assertThat(node.all()).extracting(Seen::ready).containsOnly("True");
        assertThat(pods.seen().values()).allMatch(pod -> pod.restarts() == 0);
        assertThat(pods.starts().values()).hasSize(1 + 2 * SHORT).allMatch(n -> n == 1);
        assertThat(run(kubectl)).isEqualTo(before);
        awaitLogs(kubectl);
        assertThat(third.isAlive()).isTrue();
      }
    }
  }

  /** The identity of the container's run: what a restart would change. */
  private static String run(Kubectl kubectl) {
    String status = ".status.containerStatuses[0]";
    return field(kubectl, "steady", status + ".containerID")
        + field(kubectl, "steady", status + ".state")
        + field(kubectl, "steady", status + ".restartCount");
  }

  private static void awaitLogs(Kubectl kubectl) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(kubectl.run("logs", "steady").output()).contains("here I am"));
  }

  private static void told(String how, long since, Seen taken) {
    System.out.printf(
        "the leader was %s: its standby announced itself after %d ms%n",
        how, Duration.ofNanos(taken.nanos() - since).toMillis());
  }

  private static String steady(String node) {
    return PodMix.ecsPod("steady", "steady", node, "Always", "echo here I am; sleep 1000");
  }

  private static List<String> ending(String prefix, String node) {
    List<String> pods = new ArrayList<>();
    for (int i = 0; i < SHORT; i++) {
      String script = "sleep %d; exit %d".formatted(i, i % 3);
      pods.add(PodMix.ecsPod(prefix + i, prefix, node, "Never", script));
    }
    return pods;
  }

  private static Map<String, String> outcomes(String prefix) {
    Map<String, String> outcomes = new TreeMap<>(Map.of("steady", "Running/"));
    for (int i = 0; i < SHORT; i++) {
      outcomes.put(prefix + i, (i % 3 == 0 ? "Succeeded/" : "Failed/") + i % 3);
    }
    return outcomes;
  }
}
