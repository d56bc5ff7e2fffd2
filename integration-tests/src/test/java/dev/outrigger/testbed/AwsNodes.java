package dev.outrigger.testbed;

import dev.outrigger.simulator.AwsSimulator;
import dev.outrigger.simulator.SimulatorConfig;
import dev.outrigger.simulator.journal.JournalEntry.WorkloadStarted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Nodes on simulated AWS, with an agent of their own in each class. */
@SuppressWarnings("NullAway.Init") // set before all tests
abstract class AwsNodes {
  static final Duration SOON = Duration.ofSeconds(90);

  private static final Path SAMPLES = Path.of("../manifests/samples");

  @TempDir static Path folder;
  static AwsSimulator simulator;
  static AgentProcess agent;

  @BeforeAll
  static void start() throws IOException {
    simulator = AwsSimulator.start(SimulatorConfig.defaults());
    String endpoint = simulator.endpoint().toString();
    agent =
        AgentRights.agent(
            Cluster.shared(),
            folder,
            NodeSettings.lambda("virtual-kubelet", endpoint),
            NodeSettings.ecs("virtual-kubelet-ecs", endpoint)
                .with("taskRoleArn: arn:aws:iam::000000000000:role/task"));
  }

  @AfterAll
  static void stop() {
    agent.close();
    simulator.close();
  }

  static List<WorkloadStarted> started(String service) {
    return simulator.journal().starts().stream()
        .filter(each -> each.service().equals(service))
        .toList();
  }

  static boolean belongsTo(WorkloadStarted task, String uid) {
    return task.tags().containsValue(uid);
  }

  static String sample(String name) throws IOException {
    return Files.readString(SAMPLES.resolve(name));
  }
}
