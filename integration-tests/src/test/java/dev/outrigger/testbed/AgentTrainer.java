package dev.outrigger.testbed;

import dev.outrigger.simulator.AwsSimulator;
import dev.outrigger.simulator.SimulatorConfig;
import dev.outrigger.testbed.StartUpCache.Training;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Makes the start-up cache that the agents of all tests start from, beside the first tests of the
 * first JVM that has a control plane. Its agent has a node of each kind, and runs a Pod on each. No
 * Pod of a test is placed there.
 */
final class AgentTrainer implements AutoCloseable {
  private static final String ECS = "training-ecs";
  private static final String LAMBDA = "training-lambda";
  private static final String LOCAL = "training-local";

  private final Training training;

  private AgentTrainer(Training training) {
    this.training = training;
  }

  /**
   * Of all JVMs the one that trains; empty where there is a cache already. Agents that are started
   * from now on wait for it.
   */
  static Optional<AgentTrainer> claim() {
    return AgentCommand.CACHE.claim().map(AgentTrainer::new);
  }

  void start(ControlPlane controlPlane, Path folder) {
    Thread.ofPlatform().daemon().name("agent-trainer").start(() -> train(controlPlane, folder));
  }

  /** Nobody waits any more. */
  @Override
  public void close() {
    training.close();
  }

  private void train(ControlPlane controlPlane, Path folder) {
    try (training;
        AwsSimulator simulator = AwsSimulator.start(SimulatorConfig.defaults())) {
      String endpoint = simulator.endpoint().toString();
      Path own = folder.resolve("training").toAbsolutePath();
      AgentProcess.train(
          training,
          controlPlane,
          List.of(
              NodeSettings.ecs(ECS, endpoint).keptApart(),
              NodeSettings.lambda(LAMBDA, endpoint).keptApart(),
              NodeSettings.local(LOCAL, own.resolve("pods")).keptApart()),
          own,
          () -> use(Cluster.newNamespace(controlPlane)));
    } catch (TestbedException e) {
      // Without a cache the agents start somewhat slower, and no test fails.
      System.out.println("no start-up cache: " + e.getMessage());
    }
  }

  private static void use(Kubectl kubectl) {
    kubectl.apply(
        PodMix.ecsPod("ecs", "training", ECS, "Never", "exit 0")
            + PodMix.ecsPod("local", "training", LOCAL, "Never", "exit 0")
            + PodMix.lambdaPod("lambda", "training", LAMBDA, "{}"));
    kubectl.get("wait", "--for=jsonpath={.status.phase}=Succeeded", "pods", "--all");
    kubectl.get("logs", "ecs");
    kubectl.get("delete", "pods", "--all");
  }
}
