package dev.outrigger.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.simulator.AwsSimulator;
import dev.outrigger.simulator.SimulatorConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The API server is away for a minute while Pods are being created, running, ending and deleted, on
 * the node of one agent and on that of two replicas. The tasks go on meanwhile; afterwards
 * everything is told, and nothing was started twice.
 */
@Order(4) // of the long ones
final class ApiServerOutageTest {

  private static final String NODE = "outage-ecs";
  private static final String REPLICATED = "outage-replicas";

  /** {@code -Doutrigger.outage.seconds} makes it longer. */
  private static final int OUTAGE = Integer.getInteger("outrigger.outage.seconds", 60);

  private static final Duration SOON = Duration.ofSeconds(90);
  private static final int EACH = 10;

  @Test
  @Timeout(value = 8, unit = TimeUnit.MINUTES)
  void podsOutliveAnOutageOfTheApiServerAndNoneIsStartedTwice(@TempDir Path folder)
      throws Exception {
    try (ControlPlane own = ControlPlane.start(Cluster.config(folder.resolve("control-plane")));
        AwsSimulator simulator = AwsSimulator.start(SimulatorConfig.defaults());
        AgentProcess agent =
            AgentProcess.start(
                    own,
                    List.of(NodeSettings.ecs(NODE, simulator.endpoint().toString())),
                    folder.resolve("agent"))
                .awaitReady();
        Replicas replicas =
            new Replicas(
                own,
                NodeSettings.ecs(REPLICATED, simulator.endpoint().toString()),
                Files.createDirectories(folder.resolve("replicas")))) {
      AgentProcess leader = replicas.start("leader").awaitReady();
      AgentProcess standby = replicas.standby("standby");
      Kubectl kubectl = Cluster.newNamespace(own);
      FaultPods pods = new FaultPods(simulator, kubectl);
      pods.apply(settled());
      await().atMost(SOON).until(() -> running(pods) == 4 * EACH);

      pods.apply(starting());
      pods.delete("deleted");
      own.stopApiServer();
      assertThat(kubectl.within(SOON).run("get", "pods").succeeded()).as("it is away").isFalse();
      // How long it is away is what is tested: nothing happens that could be waited for.
      TimeUnit.SECONDS.sleep(OUTAGE);
      Instant back = Instant.now();
      own.startApiServer();

      pods.awaitOutcomes(expected(), SOON);
      awaitReadyAgain(kubectl, NODE, back);
      awaitReadyAgain(kubectl, REPLICATED, back);
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(ready(pods)).as("ready again").isEqualTo(EACH));
      assertThat(pods.seen().values()).as("restarted by mistake").allMatch(p -> p.restarts() == 0);
      assertOneTaskPerAttempt(pods);
      assertOnlyPodsThatRunHaveTasks(pods);
      assertThat(agent.isAlive()).isTrue();
      assertThat(leader.exitCode()).as("the leader could not renew its Lease").contains(1);
      assertThat(standby.isAlive()).isTrue();

      pods.delete("steady");
      pods.awaitNothingRuns();
      await().atMost(SOON).until(() -> pods.seen().size() == 3 * EACH);
    }
    assertThat(
            ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.contains(folder.toString())))
        .as("of the control plane, the agents and the tasks")
        .isEmpty();
  }

  /** Pods that run before the outage: some for long, some end in it, some are deleted in it. */
  private static List<String> settled() {
    List<String> pods = new ArrayList<>();
    String steady = "sleep " + (OUTAGE + 600);
    for (int i = 0; i < EACH; i++) {
      pods.add(PodMix.ecsPod("steady" + i, "steady", node(i), "Always", steady));
      pods.add(PodMix.ecsPod("deleted" + i, "deleted", node(i), "Always", steady));
      String ends = "sleep %d; exit %d".formatted(20 + 3 * i, i % 3);
      pods.add(PodMix.ecsPod("ends" + i, "ends", node(i), "Never", ends));
      pods.add(PodMix.ecsPod("late" + i, "late", node(i), "OnFailure", "sleep 75"));
    }
    return pods;
  }

  /** Pods that are being created when the outage begins. */
  private static List<String> starting() {
    List<String> pods = new ArrayList<>();
    for (int i = 0; i < EACH; i++) {
      String script = "sleep %d; exit %d".formatted(i, i % 3);
      pods.add(PodMix.ecsPod("starting" + i, "starting", node(i), "Never", script));
    }
    return pods;
  }

  private static String node(int i) {
    return i % 2 == 0 ? NODE : REPLICATED;
  }

  private static Map<String, String> expected() {
    Map<String, String> outcomes = new TreeMap<>();
    for (int i = 0; i < EACH; i++) {
      String ended = (i % 3 == 0 ? "Succeeded/" : "Failed/") + i % 3;
      outcomes.put("steady" + i, "Running/");
      outcomes.put("ends" + i, ended);
      outcomes.put("starting" + i, ended);
      outcomes.put("late" + i, "Succeeded/0");
    }
    return outcomes;
  }

  private static long running(FaultPods pods) {
    return pods.seen().values().stream().filter(p -> p.phase().equals("Running")).count();
  }

  /** The node life-cycle controller says of every Pod of a node it missed that it is not ready. */
  private static long ready(FaultPods pods) {
    return pods.seen().values().stream().filter(FaultPods.Seen::ready).count();
  }

  private static void awaitReadyAgain(Kubectl kubectl, String node, Instant back) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              String renewed =
                  kubectl.get(
                      "get",
                      "lease",
                      "-n",
                      "kube-node-lease",
                      node,
                      "-o",
                      "jsonpath={.spec.renewTime}");
              assertThat(Instant.parse(renewed)).isAfter(back);
              assertThat(
                      kubectl.get(
                          "get",
                          "node",
                          node,
                          "-o",
                          "jsonpath={.status.conditions[?(@.type=='Ready')].status}"
                              + "{.spec.taints[*].key}"))
                  .isEqualTo("Truevirtual-kubelet.io/provider");
            });
  }

  private static void assertOneTaskPerAttempt(FaultPods pods) {
    assertThat(pods.starts()).hasSize(pods.size()).allSatisfy((id, n) -> assertThat(n).isOne());
  }

  private static void assertOnlyPodsThatRunHaveTasks(FaultPods pods) {
    Set<String> steady =
        pods.seen().values().stream()
            .filter(pod -> pod.phase().equals("Running"))
            .map(FaultPods.Seen::uid)
            .collect(Collectors.toSet());
    await().atMost(SOON).untilAsserted(() -> assertThat(pods.running()).isEqualTo(steady));
  }
}
