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
 * The agent is killed while Pods are being created, running and deleted. Afterwards no Pod has been
 * invoked twice, each has its true outcome or is called unknown, and nothing is left without a Pod.
 */
class LambdaKilledAgentTest {

  private static final String NODE = "killed-agent-lambda";

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
    try (AwsSimulator simulator = AwsSimulator.start(SimulatorConfig.defaults())) {
      FaultPods pods = new FaultPods(simulator, Cluster.newNamespace(Cluster.shared()));
      try (KilledAgent agent = new KilledAgent(PodMix.lambdaNode(NODE, simulator), simulator)) {
        pods.apply(PodMix.onLambda(PODS, NODE));
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
        // A kill strikes what is between the record and the call at that moment, eight at most:
        // how many over twenty kills is chance, and not asserted. 13 to 18 were seen.
        pods.awaitNothingRuns();
      }
    }
  }
}
