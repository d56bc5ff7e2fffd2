package dev.outrigger.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.simulator.AwsSimulator;
import dev.outrigger.simulator.SimulatorConfig;
import dev.outrigger.simulator.fault.Fault;
import dev.outrigger.simulator.fault.FaultRule;
import dev.outrigger.simulator.fault.Faults;
import dev.outrigger.simulator.journal.JournalEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The agent is killed ({@code kill -9}) at random moments while Pods are being created, running and
 * deleted. Afterwards each Pod has had exactly one task, each has its true outcome, and no task is
 * left without a Pod. A failing run prints its seed; {@code -Doutrigger.chaos.seed} replays it.
 */
class KilledAgentTest {

  private static final int KILLS = Integer.getInteger("outrigger.chaos.kills", 20);
  private static final int PODS = Integer.getInteger("outrigger.chaos.pods", 100);
  private static final long SEED = Long.getLong("outrigger.chaos.seed", System.nanoTime());
  private static final String NODE = "killed-agent-ecs";

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void everyPodRunsExactlyOnceAndNothingIsLeftBehind() throws Exception {
    System.out.println("seed " + SEED);
    ControlPlane cluster = Cluster.shared();
    Kubectl kubectl = Cluster.newNamespace(cluster);
    try (AwsSimulator simulator = AwsSimulator.start(SimulatorConfig.defaults())) {
      List<NodeSettings> nodes = List.of(NodeSettings.ecs(NODE, simulator.endpoint().toString()));
      AgentProcess agent =
          AgentProcess.start(cluster, nodes, Path.of("target/testbed/killed-agent")).awaitReady();
      try {
        applyPods(kubectl);
        agent = killAtRandom(agent, kubectl);
        awaitOutcomes(kubectl);
        assertOneStartPerPod(simulator, kubectl);
        await()
            .atMost(Duration.ofMinutes(2))
            .untilAsserted(() -> assertThat(tasksLeft(simulator, kubectl)).isEmpty());
      } finally {
        agent.close();
      }
    }
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void lostAnswersAndThrottlingStartNothingTwiceAndLoseNothing() throws Exception {
    ControlPlane cluster = Cluster.shared();
    Kubectl kubectl = Cluster.newNamespace(cluster);
    try (AwsSimulator simulator = AwsSimulator.start(SimulatorConfig.defaults())) {
      Faults faults = simulator.faults();
      faults.inject(FaultRule.chance(0.3, SEED, "ecs", "RunTask", new Fault.ResponseLost()));
      faults.inject(FaultRule.chance(0.3, SEED + 1, "ecs", "*", new Fault.Throttle()));
      List<NodeSettings> nodes = List.of(NodeSettings.ecs(NODE, simulator.endpoint().toString()));
      try (AgentProcess _ =
          AgentProcess.start(cluster, nodes, Path.of("target/testbed/faulty-aws")).awaitReady()) {
        applyPods(kubectl);
        deleteSome(kubectl);
        awaitOutcomes(kubectl);
        assertOneStartPerPod(simulator, kubectl);
        await()
            .atMost(Duration.ofMinutes(2))
            .untilAsserted(() -> assertThat(tasksLeft(simulator, kubectl)).isEmpty());
      }
      assertThat(simulator.journal().calls("ecs", "RunTask"))
          .as("the faults struck")
          .anyMatch(call -> !call.fault().isEmpty());
    }
  }

  private static AgentProcess killAtRandom(AgentProcess first, Kubectl kubectl)
      throws InterruptedException {
    Random random = new Random(SEED);
    AgentProcess agent = first;
    for (int kill = 0; kill < KILLS; kill++) {
      // The moment is what is tested: nothing to wait for, but the random time.
      TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(1500));
      agent.kill();
      if (kill == KILLS / 3) {
        deleteSome(kubectl);
      }
      agent = agent.restart();
    }
    return agent.awaitReady();
  }

  /** Pods 0 to 9 run until they are deleted; the others end by themselves. */
  private static void deleteSome(Kubectl kubectl) {
    kubectl.get("delete", "pods", "-l", "kind=long", "--wait=false");
  }

  private static void applyPods(Kubectl kubectl) throws IOException {
    StringBuilder yaml = new StringBuilder();
    for (int i = 0; i < PODS; i++) {
      boolean runsLong = i < 10;
      yaml.append(
          """
          ---
          apiVersion: v1
          kind: Pod
          metadata: {name: p%d, labels: {kind: %s}}
          spec:
            nodeName: %s
            restartPolicy: Never
            terminationGracePeriodSeconds: 2
            containers:
            - name: c
              image: public.ecr.aws/docker/library/busybox:1.37
              command: ["sh", "-c", "sleep %d; exit %d"]
          """
              .formatted(i, runsLong ? "long" : "short", NODE, runsLong ? 600 : i % 7, i % 3));
    }
    Path file = Path.of("target/testbed/killed-agent-pods.yaml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, yaml);
    kubectl.get("apply", "-f", file.toString());
  }

  private static void awaitOutcomes(Kubectl kubectl) {
    String path =
        "jsonpath={range .items[*]}{.metadata.name}={.status.phase}"
            + "/{.status.containerStatuses[0].state.terminated.exitCode}{\"\\n\"}{end}";
    String expected =
        java.util.stream.IntStream.range(10, PODS)
            .mapToObj(i -> "p%d=%s/%d".formatted(i, i % 3 == 0 ? "Succeeded" : "Failed", i % 3))
            .sorted()
            .collect(Collectors.joining("\n"));
    await()
        .atMost(Duration.ofMinutes(7))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () ->
                assertThat(
                        kubectl
                            .get("get", "pods", "-o", path)
                            .lines()
                            .sorted()
                            .collect(Collectors.joining("\n")))
                    .isEqualTo(expected));
  }

  private static void assertOneStartPerPod(AwsSimulator simulator, Kubectl kubectl) {
    Map<String, Long> starts =
        starts(simulator, kubectl)
            .collect(
                Collectors.groupingBy(
                    s -> s.tags().getOrDefault("outrigger.dev/pod-uid", ""),
                    Collectors.counting()));
    assertThat(starts.values()).as("seed " + SEED).allMatch(n -> n == 1);
    // A long Pod may be deleted before it was ever started.
    assertThat(starts).hasSizeBetween(PODS - 10, PODS);
  }

  /** What was started for this test's Pods: other tests' Pods may be scheduled here too. */
  private static Stream<JournalEntry.WorkloadStarted> starts(
      AwsSimulator simulator, Kubectl kubectl) {
    return simulator.journal().starts().stream()
        .filter(s -> kubectl.namespace().equals(s.tags().get("outrigger.dev/namespace")));
  }

  private static List<String> tasksLeft(AwsSimulator simulator, Kubectl kubectl) {
    List<String> stopped =
        simulator.journal().stops().stream().map(JournalEntry.WorkloadStopped::id).toList();
    return starts(simulator, kubectl)
        .map(JournalEntry.WorkloadStarted::id)
        .filter(id -> !stopped.contains(id))
        .toList();
  }
}
