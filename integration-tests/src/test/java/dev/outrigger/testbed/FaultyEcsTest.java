package dev.outrigger.testbed;

import static dev.outrigger.testbed.AwsFaults.OUTCOMES;
import static dev.outrigger.testbed.AwsFaults.PODS;
import static dev.outrigger.testbed.AwsFaults.assertOneStartPerPod;
import static dev.outrigger.testbed.AwsFaults.assertStruck;
import static dev.outrigger.testbed.AwsFaults.start;
import static dev.outrigger.testbed.AwsFaults.strike;

import dev.outrigger.simulator.AwsSimulator;
import dev.outrigger.simulator.SimulatorConfig;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Under {@link AwsFaults} nothing is started twice, and every Pod has its outcome. */
@Order(13) // of the long ones
class FaultyEcsTest {

  private static final String NODE = "faulty-ecs";

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void lostAnswersAndThrottlingOfEcsStartNothingTwiceAndLoseNothing() {
    try (AwsSimulator simulator = AwsSimulator.start(SimulatorConfig.defaults())) {
      strike(simulator.faults(), "ecs", "RunTask");
      NodeSettings node = NodeSettings.ecs(NODE, simulator.endpoint().toString()).keptApart();
      FaultPods pods = new FaultPods(simulator, Cluster.newNamespace(Cluster.shared()));
      try (AgentProcess _ = start(node)) {
        pods.apply(PodMix.onEcs(PODS, NODE));
        pods.delete("long");
        pods.awaitOutcomes(PodMix.outcomes(PODS), OUTCOMES);
        assertOneStartPerPod(pods);
        pods.awaitNothingRuns();
      }
      assertStruck(simulator, "ecs", "RunTask");
    }
  }
}
