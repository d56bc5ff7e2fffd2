package dev.outrigger.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Restartable init containers as users apply them, as processes and as containers of a task. */
@Execution(ExecutionMode.CONCURRENT) // they mostly wait
final class SidecarTest {
  private static final Duration SOON = Duration.ofMinutes(2);

  private static final String FOR_EVER =
      "trap 'exit 0' TERM; echo side; while :; do sleep 0.2; done";

  private static final String SPEC =
      """
      nodeName: %s
      restartPolicy: Never
      terminationGracePeriodSeconds: 10
      initContainers:
      - name: side
        image: busybox
        restartPolicy: Always
        command: [sh, -c, "%s"]
      containers:
      - name: main
        image: busybox
        command: [sh, -c, "%s"]
      """;

  @BeforeAll
  static void startNodes() {
    SharedNodes.get();
  }

  @Test
  void jobWithASidecarCompletesOnProcesses() {
    completes(SharedNodes.LOCAL);
  }

  @Test
  void jobWithASidecarCompletesOnTasks() {
    completes(SharedNodes.ECS);
  }

  private static void completes(String node) {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    kubectl.apply(
        "---\n{apiVersion: batch/v1, kind: Job, metadata: {name: job}, spec: {backoffLimit: 0,"
            + " template: {spec: "
            + inline(SPEC.formatted(node, FOR_EVER, "sleep 3; echo done"))
            + "}}}");

    kubectl.get("wait", "--for=condition=Complete", "job/job", "--timeout=110s");

    String pod = kubectl.get("get", "pods", "-o", "jsonpath={.items[0].metadata.name}");
    assertThat(kubectl.get("logs", pod, "-c", "side")).startsWith("side\n");
    assertThat(kubectl.get("logs", pod, "-c", "main")).isEqualTo("done\n");
  }

  @Test
  void podFailsWithItsMainContainerAndItsSidecarIsStoppedOnProcesses() {
    failsWithItsMainContainer(SharedNodes.LOCAL);
  }

  @Test
  void podFailsWithItsMainContainerAndItsSidecarIsStoppedOnTasks() {
    failsWithItsMainContainer(SharedNodes.ECS);
  }

  private static void failsWithItsMainContainer(String node) {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    kubectl.apply(pod(SPEC.formatted(node, FOR_EVER, "sleep 3; exit 3")));

    kubectl.get("wait", "--for=jsonpath={.status.phase}=Failed", "pod/p", "--timeout=110s");

    assertThat(field(kubectl, "{.status.containerStatuses[0].state.terminated.exitCode}"))
        .isEqualTo("3");
    assertThat(field(kubectl, "{.status.initContainerStatuses[0].state.terminated.exitCode}"))
        .isEqualTo("0");
  }

  @Test
  void sidecarThatEndsIsStartedAgainBesideTheMainContainerOnProcesses() {
    Kubectl kubectl = startedAgain(SharedNodes.LOCAL);

    await()
        .atMost(SOON)
        .until(
            () -> !field(kubectl, "{.status.initContainerStatuses[0].restartCount}").equals("0"));
    assertThat(field(kubectl, "{.status.initContainerStatuses[0].lastState.terminated.exitCode}"))
        .isEqualTo("4");
  }

  @Test
  void sidecarThatEndsIsStartedAgainBesideTheMainContainerOnTasks() {
    startedAgain(SharedNodes.ECS);
  }

  private static Kubectl startedAgain(String node) {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    kubectl.apply(
        pod(SPEC.formatted(node, "echo run; sleep 3; exit 4", "echo once; exec sleep 600")));
    kubectl.get("wait", "--for=jsonpath={.status.phase}=Running", "pod/p", "--timeout=110s");

    await()
        .atMost(SOON)
        .until(() -> kubectl.run("logs", "p", "-c", "side").output().lines().count() > 1);

    assertThat(kubectl.get("logs", "p", "-c", "main")).isEqualTo("once\n");
    assertThat(field(kubectl, "{.status.containerStatuses[0].restartCount}")).isEqualTo("0");
    assertThat(field(kubectl, "{.status.phase}")).isEqualTo("Running");
    return kubectl;
  }

  @Test
  void commandsRunInASidecarOfProcesses() {
    commandsRunInASidecar(SharedNodes.LOCAL);
  }

  @Test
  void commandsRunInASidecarOfTasks() {
    commandsRunInASidecar(SharedNodes.ECS);
  }

  private static void commandsRunInASidecar(String node) {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    kubectl.apply(pod(SPEC.formatted(node, FOR_EVER, "exec sleep 600")));
    kubectl.get("wait", "--for=condition=Ready", "pod/p", "--timeout=110s");

    assertThat(kubectl.get("exec", "p", "-c", "side", "--", "echo", "inside"))
        .isEqualTo("inside\n");
    kubectl.get("delete", "pod", "p", "--timeout=60s");
  }

  private static String pod(String spec) {
    return "---\n{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: " + inline(spec) + "}";
  }

  /** Block YAML as JSON, which may stand in a line. */
  private static String inline(String yaml) {
    return Serialization.asJson(Serialization.unmarshal(yaml, Map.class));
  }

  private static String field(Kubectl kubectl, String path) {
    return kubectl.get("get", "pod", "p", "-o", "jsonpath=" + path);
  }
}
