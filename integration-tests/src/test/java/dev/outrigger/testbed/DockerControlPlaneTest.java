package dev.outrigger.testbed;

import static dev.outrigger.testbed.Pods.awaitPhase;
import static dev.outrigger.testbed.Pods.awaitThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.testbed.ControlPlaneConfig.Way;
import dev.outrigger.testbed.ControlPlaneFinder.WayNotAvailable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;

/**
 * The way over a Docker engine: with k3s itself where the engine has it or can pull it, else with
 * an image of our own that behaves like it. Without a registry, Testcontainers has to be told to do
 * without images of its own: {@code TESTCONTAINERS_RYUK_DISABLED=true}, and within a container
 * {@code TESTCONTAINERS_HOST_OVERRIDE}.
 */
@SuppressWarnings("NullAway.Init") // set before all tests
final class DockerControlPlaneTest {
  private static final String NODE = "docker-local";

  @TempDir static Path folder;
  private static Optional<K3sStandIn> standIn = Optional.empty();
  private static String image;

  @BeforeAll
  static void findTheImage() throws IOException, WayNotAvailable {
    image = ControlPlaneConfig.DEFAULT_K3S_IMAGE;
    Optional<DockerEngine> found = K3sImages.engine(System.getenv());
    Assumptions.assumeTrue(found.isPresent(), "DOCKER_HOST is no Unix socket");
    DockerEngine engine = found.get();
    assumeHas(engine::requireAnswer);
    assumeHas(() -> K3sImages.requireHelpers(engine, config(folder, image)));
    if (lacking(() -> K3sImages.require(config(folder, image))).isPresent()) {
      standIn = Optional.of(K3sStandIn.build(folder));
      image = K3sStandIn.IMAGE;
    }
  }

  private interface Need {
    void require() throws WayNotAvailable;
  }

  private static void assumeHas(Need need) {
    Optional<String> lacking = lacking(need);
    Assumptions.assumeTrue(lacking.isEmpty(), () -> lacking.orElse(""));
  }

  private static Optional<String> lacking(Need need) {
    try {
      need.require();
      return Optional.empty();
    } catch (WayNotAvailable e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  @AfterAll
  static void removeTheImage() {
    standIn.ifPresent(K3sStandIn::close);
  }

  @Test
  void agentServesPodsLogsAndOutagesOfAnApiServerInAContainer(@TempDir Path own)
      throws IOException {
    ControlPlane controlPlane = ControlPlane.start(config(own, image));
    try (controlPlane) {
      assertThat(controlPlane.description()).isEqualTo(image + " in Docker");
      assertThat(Files.getPosixFilePermissions(own.resolve("pki"))).hasSize(3);
      // With the administrator's kubeconfig, whose key is an EC one in k3s.
      try (AgentProcess agent =
          AgentProcess.start(
              controlPlane,
              List.of(NodeSettings.local(NODE, own.resolve("pods"))),
              own.resolve("agent"))) {
        agent.awaitReady();
        Kubectl kubectl = Cluster.newNamespace(controlPlane);
        podRunsAndItsLogsComeThroughTheKubeletsApi(kubectl, "first");

        controlPlane.stopApiServer();
        assertThat(kubectl.within(Duration.ofSeconds(40)).run("get", "pods").succeeded()).isFalse();
        controlPlane.startApiServer();

        awaitThat(kubectl, "condition=Ready", "node/" + NODE);
        podRunsAndItsLogsComeThroughTheKubeletsApi(kubectl, "second");
      }
    }
    assertThat(containers(image)).isEmpty();
  }

  private static void podRunsAndItsLogsComeThroughTheKubeletsApi(Kubectl kubectl, String name) {
    kubectl.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s}
        spec:
          nodeName: %s
          restartPolicy: Never
          containers: [{name: main, image: host, command: [sh, -c, "echo hello; exit 3"]}]
        """
            .formatted(name, NODE));
    awaitPhase(kubectl, name, "Failed");
    assertThat(kubectl.get("logs", name)).isEqualTo("hello\n");
  }

  @Test
  void imageThatCannotBePulledIsReportedInTheEnginesWords(@TempDir Path own) {
    assertThatThrownBy(() -> ControlPlane.start(config(own, "outrigger/does-not-exist:1")))
        .hasMessageContaining("Docker cannot pull outrigger/does-not-exist:1: ");
  }

  @Test
  void helpersAreThoseThatTestcontainersAsksFor() throws IOException {
    try (var in = DockerClientFactory.class.getResourceAsStream("utility/RyukContainer.class")) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1))
          .contains(K3sImages.RYUK);
    }
  }

  @Test
  void imageThatEndsAtOnceIsReportedWithItsLastLinesAndLeavesNoContainer(@TempDir Path own) {
    Assumptions.assumeTrue(standIn.isPresent(), "the engine has k3s itself");

    assertThatThrownBy(() -> ControlPlane.start(config(own, K3sStandIn.BROKEN_IMAGE)))
        .hasMessageContaining("Docker cannot run " + K3sStandIn.BROKEN_IMAGE + ": ")
        .hasMessageContaining("only 'k3s server' is here");
    assertThat(containers(K3sStandIn.BROKEN_IMAGE)).isEmpty();
  }

  private static String constants(String file) throws IOException {
    try (InputStream in = DockerClientFactory.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private static List<String> containers(String image) {
    return DockerClientFactory.lazyClient().listContainersCmd().withShowAll(true).exec().stream()
        .filter(each -> each.getImage().equals(image))
        .map(each -> each.getId())
        .toList();
  }

  private static ControlPlaneConfig config(Path folder, String image) {
    return new ControlPlaneConfig(
        folder,
        Optional.empty(),
        Optional.of(Way.DOCKER),
        image,
        System.getenv(),
        System.out::println);
  }
}
