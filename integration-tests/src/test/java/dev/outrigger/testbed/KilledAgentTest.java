package dev.outrigger.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.simulator.AwsSimulator;
import dev.outrigger.simulator.SimulatorConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The agent is killed ({@code kill -9}) at random moments while Pods are being created, running and
 * deleted. Afterwards each Pod has had one workload, each has its true outcome, and nothing is left
 * without a Pod. A failing run prints its seed; {@code -Doutrigger.chaos.seed} replays it.
 */
class KilledAgentTest {

  private static final int KILLS = Integer.getInteger("outrigger.chaos.kills", 20);
  private static final int PODS = Integer.getInteger("outrigger.chaos.pods", 100);
  private static final long SEED = Long.getLong("outrigger.chaos.seed", System.nanoTime());
  private static final Duration OUTCOMES = Duration.ofMinutes(7);
  private static final String ECS = "killed-agent-ecs";
  private static final String LAMBDA = "killed-agent-lambda";

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void everyPodRunsExactlyOnceAndNothingIsLeftBehind() throws Exception {
    System.out.println("seed " + SEED);
    try (AwsSimulator simulator = AwsSimulator.start(SimulatorConfig.defaults())) {
      FaultPods pods = new FaultPods(simulator, Cluster.newNamespace(Cluster.shared()));
      NodeSettings node = NodeSettings.ecs(ECS, simulator.endpoint().toString());
      try (Killed agent = new Killed(node, simulator)) {
        pods.apply(PodMix.onEcs(PODS, ECS));
        agent.killAtRandom(() -> pods.delete("long"));
        pods.awaitOutcomes(PodMix.outcomes(PODS), OUTCOMES);
        // A long Pod may be deleted before it was ever started.
        assertThat(pods.starts().values()).as("seed " + SEED).allMatch(n -> n == 1);
        assertThat(pods.starts()).hasSizeBetween(PODS - PodMix.LONG, PODS);
        pods.awaitNothingRuns();
      }
    }
  }

  /**
   * Lambda cannot be asked whether it has seen an Invoke, so an attempt whose agent was killed
   * between the durable record "sending" and the invocation's arrival is never sent again: it is
   * reported as ContainerStatusUnknown, and that Pod has not run. All others ran once and have
   * their true exit code, with one exception: of an invocation whose process exited by itself, and
   * whose answer went to an agent that was killed, the function's log tells that, not the status.
   */
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void everyPodIsInvokedAtMostOnceAndOneThatNeverRanIsCalledUnknown() throws Exception {
    System.out.println("seed " + SEED);
    try (AwsSimulator simulator = AwsSimulator.start(SimulatorConfig.defaults())) {
      FaultPods pods = new FaultPods(simulator, Cluster.newNamespace(Cluster.shared()));
      try (Killed agent = new Killed(PodMix.lambdaNode(LAMBDA, simulator), simulator)) {
        pods.apply(PodMix.onLambda(PODS, LAMBDA));
        agent.killAtRandom(() -> pods.delete("long"));
        pods.awaitOutcomes(
            PodMix.outcomes(PODS),
            OUTCOMES,
            (name, outcome) -> outcome.equals(PodMix.EXITED) || pods.neverStarted().contains(name));
        assertThat(pods.starts().values()).as("seed " + SEED).allMatch(n -> n == 1);
        int neverRan = pods.neverStarted().size();
        System.out.println(
            "of %d Pods %d never ran, %d have an unknown exit code"
                .formatted(PODS, neverRan, pods.unknown()));
        // A kill strikes all that is between the record and the call at that moment: how many is
        // a matter of how cold the agent's client still is, and not asserted. 15 and 83 were seen.
        pods.awaitNothingRuns();
      }
    }
  }

  /** An agent that is killed and started again. */
  private static final class Killed implements AutoCloseable {
    private AgentProcess agent;
    private final AwsSimulator simulator;
    private int callsBefore;

    Killed(NodeSettings node, AwsSimulator simulator) {
      this.simulator = simulator;
      Path folder = Path.of("target/testbed").resolve(node.name());
      agent = AgentProcess.start(Cluster.shared(), List.of(node), folder).awaitReady();
    }

    void killAtRandom(Runnable afterAThird) throws InterruptedException {
      Random random = new Random(SEED);
      for (int kill = 0; kill < KILLS; kill++) {
        if (kill % 2 == 1) {
          awaitActing();
        }
        // The moment is what is tested: nothing to wait for, but the random time.
        TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(1500));
        agent.kill();
        if (kill == KILLS / 3) {
          afterAThird.run();
        }
        callsBefore = calls();
        agent = agent.restart();
      }
      agent.awaitReady();
    }

    /**
     * Every other time it dies while it starts, else once it has begun to act (it has listed the
     * backend), however slow the machine is.
     */
    private void awaitActing() {
      await().atMost(Duration.ofSeconds(90)).until(() -> calls() > callsBefore);
    }

    private int calls() {
      return simulator.journal().calls().size();
    }

    @Override
    public void close() {
      agent.close();
    }
  }
}
