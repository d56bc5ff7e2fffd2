package dev.outrigger.testbed;

import static dev.outrigger.testbed.Pods.awaitPhase;
import static dev.outrigger.testbed.Pods.field;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.simulator.AwsSimulator;
import dev.outrigger.simulator.SimulatorConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task and a process outlive the agent that started them, and end without one. */
final class RestartedAgentTest {
  private static final String LOCAL = "restarted-local";
  private static final String ECS = "restarted-ecs";

  @TempDir Path folder;

  @Test
  void podsOutliveAKilledAgentAndRunOnceWithTheirTrueOutcome() throws IOException {
    Path go = folder.resolve("go");
    Path starts = folder.resolve("starts");
    String script = "echo started >> %s; while [ ! -e %s ]; do sleep 0.1; done; echo end; exit 5";
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared());
    try (AwsSimulator simulator = AwsSimulator.start(SimulatorConfig.defaults());
        AgentProcess killed =
            AgentRights.agent(
                Cluster.shared(),
                folder,
                NodeSettings.local(LOCAL, folder.resolve("pods")).keptApart(),
                NodeSettings.ecs(ECS, simulator.endpoint().toString()).keptApart())) {
      for (String node : new String[] {LOCAL, ECS}) {
        kubectl.create(PodMix.ecsPod(node, "", node, "Never", script.formatted(starts, go)));
      }
      awaitPhase(kubectl, LOCAL, "Running");
      awaitPhase(kubectl, ECS, "Running");

      killed.kill();
      Files.createFile(go);
      try (AgentProcess _ = killed.restart()) {
        for (String node : new String[] {LOCAL, ECS}) {
          awaitPhase(kubectl, node, "Failed");
          String ended = ".status.containerStatuses[0].state.terminated.exitCode";
          assertThat(field(kubectl, node, ended)).isEqualTo("5");
          assertThat(kubectl.get("logs", node)).isEqualTo("end\n");
        }
      }
      assertThat(Files.readAllLines(starts)).hasSize(2);
      assertThat(simulator.journal().starts()).hasSize(1);
    }
  }
}
