package dev.outrigger.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.simulator.AwsSimulator;
import dev.outrigger.simulator.fault.Fault;
import dev.outrigger.simulator.fault.FaultRule;
import dev.outrigger.simulator.fault.Faults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Three calls in ten are throttled, and of those that are performed, three answers in ten to the
 * call that starts a workload are lost.
 */
final class AwsFaults {

  static final int PODS = Integer.getInteger("outrigger.chaos.pods", 100);
  static final Duration OUTCOMES = Duration.ofMinutes(5);

  private static final long SEED = Long.getLong("outrigger.chaos.seed", System.nanoTime());

  private AwsFaults() {}

  static void strike(Faults faults, String service, String starts) {
    System.out.println("seed " + SEED);
    faults.inject(FaultRule.chance(0.3, SEED, service, starts, new Fault.ResponseLost()));
    faults.inject(FaultRule.chance(0.3, SEED + 1, service, "*", new Fault.Throttle()));
  }

  static AgentProcess start(NodeSettings node) {
    Path folder = Path.of("target/testbed").resolve(node.name());
    return AgentProcess.start(Cluster.shared(), List.of(node), folder).awaitReady();
  }

  /** A long Pod may be deleted before it was ever started. */
  static void assertOneStartPerPod(FaultPods pods) {
    assertThat(pods.starts().values()).as("seed " + SEED).allMatch(n -> n == 1);
    assertThat(pods.neverStarted())
        .as("seed " + SEED)
        .doesNotContainAnyElementsOf(PodMix.outcomes(PODS).keySet());
  }

  static void assertStruck(AwsSimulator simulator, String service, String operation) {
    assertThat(simulator.journal().calls(service, operation))
        .as("the faults struck")
        .anyMatch(call -> call.fault().equals("Throttle"))
        .anyMatch(call -> call.fault().equals("ResponseLost"));
  }
}
