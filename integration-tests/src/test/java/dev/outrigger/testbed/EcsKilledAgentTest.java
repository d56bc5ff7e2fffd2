package dev.outrigger.testbed;

import static dev.outrigger.testbed.KilledAgent.OUTCOMES;
import static dev.outrigger.testbed.KilledAgent.PODS;
import static dev.outrigger.testbed.KilledAgent.SEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.simulator.AwsSimulator;
import dev.outrigger.simulator.SimulatorConfig;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The agent is killed while Pods are being created, running and deleted. Afterwards each Pod has
 * had one task, each has its true outcome, and nothing is left without a Pod.
 */
class EcsKilledAgentTest {

  private static final String NODE = "killed-agent-ecs";

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void everyPodRunsExactlyOnceAndNothingIsLeftBehind() throws Exception {
    try (AwsSimulator simulator = AwsSimulator.start(SimulatorConfig.defaults())) {
      FaultPods pods = new FaultPods(simulator, Cluster.newNamespace(Cluster.shared()));
      NodeSettings node = NodeSettings.ecs(NODE, simulator.endpoint().toString());
      try (KilledAgent agent = new KilledAgent(node, simulator)) {
        pods.apply(PodMix.onEcs(PODS, NODE));
        agent.killAtRandom(() -> pods.delete("long"));
        pods.awaitOutcomes(PodMix.outcomes(PODS), OUTCOMES);
        // A long Pod may be deleted before it was ever started.
        assertThat(pods.starts().values()).as("seed " + SEED).allMatch(n -> n == 1);
        assertThat(pods.starts()).hasSizeBetween(PODS - PodMix.LONG, PODS);
        pods.awaitNothingRuns();
      }
    }
  }
}
