package dev.outrigger.testbed;

import static dev.outrigger.testbed.Pods.awaitPhase;
import static dev.outrigger.testbed.Pods.awaitThat;
import static dev.outrigger.testbed.Pods.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.simulator.journal.JournalEntry.WorkloadStopped;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pods on ECS as users apply them, through scheduler, API server, agent and simulated AWS. */
final class EcsNodeTest {
  private static final Duration SOON = Duration.ofSeconds(90);

  private final SharedNodes nodes = SharedNodes.get();

  @Test
  void schedulerPlacesAPodOnEcsAndItIsFollowedLiveToItsExitCode() throws IOException {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    kubectl.apply(SharedNodes.sample("ecs-pod.yaml"));
    awaitPhase(kubectl, "ecs-count", "Running");
    Instant read;

    try (ChildProcess follower = kubectl.start("logs", "-f", "ecs-count");
        BufferedReader lines = follower.output()) {
      assertThat(lines.readLine()).isEqualTo("line 1");
      read = Instant.now();
      assertThat(lines.lines()).containsExactly("line 2", "line 3", "line 4", "line 5");
      assertThat(follower.awaitExit(SOON)).isZero();
    }

    awaitPhase(kubectl, "ecs-count", "Failed");
    assertThat(
            field(kubectl, "ecs-count", ".status.containerStatuses[0].state.terminated.exitCode"))
        .isEqualTo("3");
    String ended =
        field(kubectl, "ecs-count", ".status.containerStatuses[0].state.terminated.finishedAt");
    assertThat(read).as("followed live").isBefore(Instant.parse(ended));
    assertThat(field(kubectl, "ecs-count", ".spec.nodeName")).isEqualTo(SharedNodes.ECS);
  }

  @Test
  void jobOfTwentyPodsCompletesWithExactlyTwentyTasks() throws IOException {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    kubectl.apply(SharedNodes.sample("job.yaml"));

    awaitThat(kubectl, "condition=Complete", "job/twenty");

    List<String> uids =
        kubectl
            .get("get", "pods", "-o", "jsonpath={range .items[*]}{.metadata.uid}{\"\\n\"}{end}")
            .lines()
            .toList();
    assertThat(uids).hasSize(20);
    assertThat(nodes.tasksOf(uids)).hasSize(20);
  }

  @Test
  void deploymentRollsAndNothingOfItIsLeftAfterItsDeletion() throws IOException {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    kubectl.apply(SharedNodes.sample("deployment.yaml"));
    kubectl.get("rollout", "status", "deployment/web", "--timeout=80s");

    kubectl.get("set", "env", "deployment/web", "VERSION=2");
    kubectl.get("rollout", "status", "deployment/web", "--timeout=80s");

    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(kubectl.run("logs", "-l", "app=web").output().lines())
                    .containsExactly("version 2", "version 2"));
    await("the Node to list the image that runs")
        .atMost(SOON)
        .until(
            () ->
                kubectl
                    .get("get", "node", "virtual-kubelet-ecs", "-o", "jsonpath={.status.images}")
                    .contains("@sha256:"));
    List<String> uids =
        kubectl
            .get("get", "pods", "-o", "jsonpath={range .items[*]}{.metadata.uid}{\"\\n\"}{end}")
            .lines()
            .toList();
    kubectl.get("delete", "deployment", "web", "--cascade=foreground", "--timeout=80s");
    assertThat(kubectl.get("get", "pods", "-o", "name")).isEmpty();
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              List<String> stopped =
                  nodes.simulator().journal().stops().stream().map(WorkloadStopped::id).toList();
              assertThat(nodes.tasksOf(uids))
                  .hasSize(2)
                  .allMatch(task -> stopped.contains(task.id()));
            });
  }

  @Test
  void fieldThatCannotBeHonouredIsRefusedByItsPath() {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    kubectl.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: refused}
        spec:
          nodeName: virtual-kubelet-ecs
          restartPolicy: Never
          hostPID: true
          containers:
          - {name: main, image: busybox, command: ["true"]}
        """);

    awaitPhase(kubectl, "refused", "Failed");

    assertThat(kubectl.get("get", "pod", "refused", "-o", "jsonpath={.status}"))
        .contains("spec.hostPID");
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(kubectl.get("events")).contains("spec.hostPID"));
  }

  @Test
  void imageThatCannotBePulledIsTriedAgainWithTheKubeletsWords() {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    kubectl.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: missing}
        spec:
          nodeName: virtual-kubelet-ecs
          containers:
          - {name: main, image: "example.com/does-not-exist:1", command: ["true"]}
        """);

    awaitThat(
        kubectl,
        "jsonpath={.status.containerStatuses[0].state.waiting.reason}=ImagePullBackOff",
        "pod/missing");

    assertThat(field(kubectl, "missing", ".status.phase")).isEqualTo("Pending");
    assertThat(field(kubectl, "missing", ".status.containerStatuses[0].state.waiting.message"))
        .startsWith("Back-off pulling image \"example.com/does-not-exist:1\": ErrImagePull: ");
    kubectl.get("delete", "pod", "missing");
  }
}
