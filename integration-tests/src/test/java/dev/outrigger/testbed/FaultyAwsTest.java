package dev.outrigger.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.simulator.AwsSimulator;
import dev.outrigger.simulator.SimulatorConfig;
import dev.outrigger.simulator.fault.Fault;
import dev.outrigger.simulator.fault.FaultRule;
import dev.outrigger.simulator.fault.Faults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Three calls in ten are throttled, and of those that are performed, three answers in ten to the
 * call that starts a workload are lost. Nothing is started twice, and every Pod has its outcome.
 */
class FaultyAwsTest {

  private static final int PODS = Integer.getInteger("outrigger.chaos.pods", 100);
  private static final long SEED = Long.getLong("outrigger.chaos.seed", System.nanoTime());
  private static final Duration OUTCOMES = Duration.ofMinutes(5);
  private static final String ECS = "faulty-ecs";
  private static final String LAMBDA = "faulty-lambda";

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void lostAnswersAndThrottlingOfEcsStartNothingTwiceAndLoseNothing() {
    try (AwsSimulator simulator = AwsSimulator.start(SimulatorConfig.defaults())) {
      strike(simulator.faults(), "ecs", "RunTask");
      NodeSettings node = NodeSettings.ecs(ECS, simulator.endpoint().toString());
      FaultPods pods = new FaultPods(simulator, Cluster.newNamespace(Cluster.shared()));
      try (AgentProcess _ = start(node)) {
        pods.apply(PodMix.onEcs(PODS, ECS));
        pods.delete("long");
        pods.awaitOutcomes(PodMix.outcomes(PODS), OUTCOMES);
        assertOneStartPerPod(pods);
        pods.awaitNothingRuns();
      }
      assertStruck(simulator, "ecs", "RunTask");
    }
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void lostAnswersAndThrottlingOfLambdaInvokeNothingTwiceAndLoseNoOutcome() {
    try (AwsSimulator simulator = AwsSimulator.start(SimulatorConfig.defaults())) {
      strike(simulator.faults(), "lambda", "Invoke");
      strike(simulator.faults(), "logs", "CreateLogStream");
      FaultPods pods = new FaultPods(simulator, Cluster.newNamespace(Cluster.shared()));
      try (AgentProcess _ = start(PodMix.lambdaNode(LAMBDA, simulator))) {
        pods.apply(PodMix.onLambda(PODS, LAMBDA));
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

  private static void strike(Faults faults, String service, String starts) {
    System.out.println("seed " + SEED);
    faults.inject(FaultRule.chance(0.3, SEED, service, starts, new Fault.ResponseLost()));
    faults.inject(FaultRule.chance(0.3, SEED + 1, service, "*", new Fault.Throttle()));
  }

  private static AgentProcess start(NodeSettings node) {
    Path folder = Path.of("target/testbed").resolve(node.name());
    return AgentProcess.start(Cluster.shared(), List.of(node), folder).awaitReady();
  }

  /** A long Pod may be deleted before it was ever started. */
  private static void assertOneStartPerPod(FaultPods pods) {
    assertThat(pods.starts().values()).as("seed " + SEED).allMatch(n -> n == 1);
    assertThat(pods.starts()).hasSizeBetween(PODS - PodMix.LONG, PODS);
  }

  private static void assertStruck(AwsSimulator simulator, String service, String operation) {
    assertThat(simulator.journal().calls(service, operation))
        .as("the faults struck")
        .anyMatch(call -> call.fault().equals("Throttle"))
        .anyMatch(call -> call.fault().equals("ResponseLost"));
  }
}
