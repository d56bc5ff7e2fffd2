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
@Order(6) // of the long ones
class FaultyLambdaTest {

  private static final String NODE = "faulty-lambda";

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void lostAnswersAndThrottlingOfLambdaInvokeNothingTwiceAndLoseNoOutcome() {
    try (AwsSimulator simulator = AwsSimulator.start(SimulatorConfig.defaults())) {
      strike(simulator.faults(), "lambda", "Invoke");
      strike(simulator.faults(), "logs", "CreateLogStream");
      FaultPods pods = new FaultPods(simulator, Cluster.newNamespace(Cluster.shared()));
      try (AgentProcess _ = start(PodMix.lambdaNode(NODE, simulator))) {
        pods.apply(PodMix.onLambda(PODS, NODE));
        pods.delete("long");
        // Where the answer was lost, the log tells that the process exited, not its status.
        pods.awaitOutcomes(
            PodMix.outcomes(PODS), OUTCOMES, (name, outcome) -> outcome.equals(PodMix.EXITED));
        assertOneStartPerPod(pods);
        pods.awaitNothingRuns();
      }
      assertStruck(simulator, "lambda", "Invoke");
      assertStruck(simulator, "logs", "CreateLogStream");
    }
  }
}
