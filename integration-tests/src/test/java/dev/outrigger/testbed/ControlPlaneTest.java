package dev.outrigger.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Its outages are {@link ApiServerOutageTest}'s. */
@Order(3) // needs no agent, whose start-up cache is made meanwhile
final class ControlPlaneTest {
  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: unplaced}
      spec:
        containers: [{name: c, image: nowhere/none}]
      """;

  @Test
  void realApiServerAnswersAndTheRealSchedulerSaysWhyAPodHasNoNode() {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared());

    assertThat(kubectl.get("version")).contains("Server Version: v1.");
    assertThat(kubectl.apply(POD)).contains("pod/unplaced created");
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(
                        kubectl.get(
                            "get",
                            "pod",
                            "unplaced",
                            "-o",
                            "jsonpath={.status.conditions[0].message}"))
                    // Other tests' nodes may be there, with taints that this Pod does not tolerate.
                    .containsPattern("no nodes available|0/\\d+ nodes are available"));
  }

  @Test
  void controllersMakePodsOfADeployment() {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared());

    kubectl.get("create", "deployment", "web", "--image=nowhere/none", "--replicas=2");

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> assertThat(kubectl.get("get", "pods", "-o", "name").lines()).hasSize(2));
  }

  @Test
  void kubeletFilesAreReadableAndTheAddressIsTheMachines() {
    KubeletFiles files = Cluster.shared().kubeletFiles();

    assertThat(files.address()).isEqualTo(Machine.address());
    assertThat(files.clientCa()).content().contains("BEGIN CERTIFICATE");
    assertThat(files.servingCertificate()).content().contains("BEGIN CERTIFICATE");
    assertThat(files.servingKey()).content().contains("PRIVATE KEY");
  }

  @Test
  void whatCannotBeHadIsSaidWithAWayOut(@TempDir Path folder) {
    Map<String, String> environment =
        Map.of(
            ControlPlaneConfig.WAY_VARIABLE, "assets", Binaries.ASSETS_VARIABLE, folder.toString());

    assertThatThrownBy(
            () ->
                ControlPlane.start(
                    ControlPlaneConfig.fromEnvironment(folder, environment, Progress.silent())))
        .hasMessageContaining("kube-scheduler")
        .hasMessageContaining(ControlPlaneConfig.KUBECONFIG_VARIABLE);
  }

  @Test
  void childrenOfAKilledJvmDie(@TempDir Path folder) throws Exception {
    Path pidFile = folder.resolve("pid");
    ProcessBuilder jvm =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            ParentOfAChild.class.getName(),
            pidFile.toString());
    try (ChildProcess parent = ChildProcess.start("parent", jvm.inheritIO())) {
      await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(pidFile));
      ProcessHandle child =
          ProcessHandle.of(Long.parseLong(Files.readString(pidFile))).orElseThrow();
      ProcessHandle.of(parent.pid()).orElseThrow().destroyForcibly();

      await().atMost(Duration.ofSeconds(60)).until(() -> !child.isAlive());
    }
  }

  /** Starts a child that would run for an hour, writes its process id, and waits. */
  static final class ParentOfAChild {
    public static void main(String[] args) throws Exception {
      ChildProcess child = ChildProcess.start("sleep", new ProcessBuilder("sleep", "3600"));
      Path written = Path.of(args[0] + ".part");
      Files.writeString(written, Long.toString(child.pid()));
      Files.move(written, Path.of(args[0]));
      child.awaitExit(Duration.ofHours(1));
    }
  }
}
