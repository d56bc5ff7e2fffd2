package dev.outrigger.testbed;

import dev.outrigger.simulator.AwsSimulator;
import dev.outrigger.simulator.SimulatorConfig;
import dev.outrigger.simulator.journal.JournalEntry.WorkloadStarted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node on Lambda, one on ECS and one of processes, of one agent with the rights of {@code
 * manifests/agent}. Tests that neither end the agent nor change a node share them, since each agent
 * of its own costs seconds of processor. The samples name the first two.
 */
final class SharedNodes {
  static final String LAMBDA = "virtual-kubelet";
  static final String ECS = "virtual-kubelet-ecs";
  static final String LOCAL = "shared-local";

  private static @Nullable SharedNodes running;

  private final AwsSimulator simulator;
  private final AgentProcess agent;

  private SharedNodes(AwsSimulator simulator, AgentProcess agent) {
    this.simulator = simulator;
    this.agent = agent;
  }

  /** Started by the first who asks; Ready. */
  static synchronized SharedNodes get() {
    if (running == null) {
      running = start(Path.of("target/testbed/shared-nodes").toAbsolutePath());
    }
    return running;
  }

  private static SharedNodes start(Path folder) {
    AwsSimulator simulator =
        AwsSimulator.start(SimulatorConfig.defaults().withRestartPeriod(Duration.ofSeconds(1)));
    try {
      Folders.delete(folder);
      Files.createDirectories(folder);
      String endpoint = simulator.endpoint().toString();
      AgentProcess agent =
          AgentRights.agent(
              Cluster.shared(),
              folder,
              NodeSettings.lambda(LAMBDA, endpoint),
              NodeSettings.ecs(ECS, endpoint)
                  .with("taskRoleArn: arn:aws:iam::000000000000:role/task"),
              NodeSettings.local(LOCAL, folder.resolve("pods")).keptApart());
      return new SharedNodes(simulator, agent);
    } catch (IOException e) {
      simulator.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      simulator.close();
      throw e;
    }
  }

  /** After the last test. A process that is left would outlive the agent. */
  static synchronized void close() {
    if (running != null) {
      Cluster.shared()
          .kubectl()
          .run(
              "delete",
              "pods",
              "--all-namespaces",
              "--field-selector=spec.nodeName=" + LOCAL,
              "--grace-period=1",
              "--timeout=30s");
      running.agent.close();
      running.simulator.close();
      running = null;
    }
  }

  AwsSimulator simulator() {
    return simulator;
  }

  /** What a service of the simulator was asked to run. */
  List<WorkloadStarted> started(String service) {
    return simulator.journal().starts().stream()
        .filter(each -> each.service().equals(service))
        .toList();
  }

  /** The tasks of these Pods. */
  List<WorkloadStarted> tasksOf(List<String> uids) {
    return started("ecs").stream()
        .filter(task -> uids.stream().anyMatch(uid -> task.tags().containsValue(uid)))
        .toList();
  }

  /** One of {@code manifests/samples}. */
  static String sample(String name) throws IOException {
    return Files.readString(Path.of("../manifests/samples").resolve(name));
  }
}
