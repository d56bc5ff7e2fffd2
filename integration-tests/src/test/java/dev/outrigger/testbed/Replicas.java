package dev.outrigger.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.testbed.NodeSightings.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Agents of one configuration, with one node on a simulated ECS. */
final class Replicas implements AutoCloseable {

  private static final Duration SOON = Duration.ofSeconds(90);
  private static final String NAMESPACE = "outrigger-system";

  private final ControlPlane controlPlane;
  private final String node;
  private final NodeSettings settings;
  private final Path folder;
  private final Path kubeconfig;
  private final Kubectl leases;
  private final List<AgentProcess> started = new ArrayList<>();

  /**
   * @param settings of the node, whose name is the Lease's too
   */
  Replicas(ControlPlane controlPlane, NodeSettings settings, Path folder) throws IOException {
    this.controlPlane = controlPlane;
    this.node = settings.name();
    this.settings = settings;
    this.folder = folder;
    this.kubeconfig = AgentRights.kubeconfig(controlPlane, folder.resolve("agent.kubeconfig"));
    this.leases = controlPlane.kubectl().in(NAMESPACE);
  }

  String node() {
    return node;
  }

  AgentProcess start(String name) {
    List<String> section = List.of("namespace: " + NAMESPACE, "lease: " + node, "retryPeriod: 1s");
    AgentProcess agent =
        AgentProcess.startReplica(
            controlPlane, kubeconfig, section, List.of(settings), folder.resolve(name));
    started.add(agent);
    return agent;
  }

  /** One that knows that another leads, and that the other can know of. */
  AgentProcess standby(String name) {
    List<String> before = members();
    AgentProcess agent = start(name);
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(Files.readString(agent.log())).contains("standby: another replica"));
    await().atMost(SOON).until(() -> !before.containsAll(members()));
    return agent;
  }

  /** The names of the members' Leases. */
  List<String> members() {
    String label = "outrigger.dev/member-of=" + node;
    return leases.get("get", "leases", "-l", label, "-o", "name").lines().toList();
  }

  /** Who holds the Lease. */
  String leader() {
    return leases.get("get", "lease", node, "-o", "jsonpath={.spec.holderIdentity}");
  }

  NodeSightings watch() throws IOException {
    return new NodeSightings(controlPlane, node);
  }

  /** The port that is announced now. */
  int port(NodeSightings sightings) {
    await().atMost(SOON).until(() -> !sightings.all().isEmpty());
    return sightings.latest().port();
  }

  /** Waits until another kubelet than the one on this port is announced. */
  Seen awaitSuccessor(NodeSightings sightings, int port) {
    await().atMost(SOON).until(() -> sightings.successorOf(port).isPresent());
    return sightings.successorOf(port).orElseThrow();
  }

  static void signal(AgentProcess agent, String signal) throws Exception {
    List<String> kill = List.of("kill", "-" + signal, Long.toString(agent.pid()));
    assertThat(new ProcessBuilder(kill).start().waitFor()).isZero();
  }

  @Override
  public void close() {
    started.forEach(AgentProcess::close);
    leases.run("delete", "leases", "-l", "outrigger.dev/member-of=" + node);
  }
}
