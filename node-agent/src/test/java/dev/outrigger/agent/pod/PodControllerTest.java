package dev.outrigger.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.ContainerState;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What becomes of Pods from when they are bound until they end, and what is told of it. */
final class PodControllerTest extends ControlledPodsFixture {

  @Test
  void podThatDoesNotChooseTheNodeItWasBoundToIsRejectedInTheKubeletsWords() {
    pods.apply(
        new PodBuilder(pod("u1")).editSpec().addToNodeSelector("zone", "b").endSpec().build());
    pods.apply(
        new PodBuilder(pod("u2"))
            .editSpec()
            .addToNodeSelector("added", "by-hand")
            .endSpec()
            .build());
    pods.apply(new PodBuilder(pod("u3")).editSpec().withNewOs("windows").endSpec().build());

    awaitPhase("u1", "Failed");
    assertThat(pods.status("u1").getReason()).isEqualTo("NodeAffinity");
    assertThat(pods.status("u1").getMessage())
        .isEqualTo(
            "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node"
                + " affinity/selector");
    awaitPhase("u3", "Failed");
    assertThat(pods.status("u3").getReason()).isEqualTo("PodOSNotSupported");
    awaitPhase("u2", "Running");
    assertThat(backend.starts()).containsOnlyKeys(attempt("u2", 0));
  }

  @Test
  void ephemeralContainerIsToldToHaveFailedAndTheOthersGoOn() {
    pods.apply(pod("u1"));
    awaitPhase("u1", "Running");

    pods.edit(
        "u1",
        p ->
            new PodBuilder(p)
                .editSpec()
                .addNewEphemeralContainer()
                .withName("debugger")
                .withImage("i")
                .endEphemeralContainer()
                .endSpec()
                .build());

    await().atMost(SOON).until(() -> !pods.status("u1").getEphemeralContainerStatuses().isEmpty());
    var end =
        pods.status("u1").getEphemeralContainerStatuses().getFirst().getState().getTerminated();
    assertThat(end.getReason()).isEqualTo("StartError");
    assertThat(end.getMessage()).contains("kubectl exec");
    assertThat(pods.status("u1").getPhase()).isEqualTo("Running");
    assertThat(pods.events()).containsExactly("Started", "Failed");
  }

  /** Again and again: reading may be over before, while or after the end is looked at. */
  @RepeatedTest(20)
  void logsEndIsTheMessageOfAContainerThatEndedBadlyIfItSaysSo() {
    pods.apply(
        new PodBuilder(pod("u1"))
            .editSpec()
            .withRestartPolicy("Never")
            .editContainer(0)
            .withTerminationMessagePolicy("FallbackToLogsOnError")
            .endContainer()
            .endSpec()
            .build());
    awaitPhase("u1", "Running");
    for (int i = 0; i < 100; i++) {
      backend.log(attempt("u1", 0), "c", "line " + i);
    }
    backend.end(attempt("u1", 0), OptionalInt.of(3), "");

    awaitPhase("u1", "Failed");
    assertThat(end("u1").getMessage()).startsWith("line 20\n").endsWith("line 99\n");
  }

  @Test
  void podThatSomebodyElseDeclaredFailedIsStoppedAndNotStartedAgain() {
    pods.apply(pod("u1"));
    awaitPhase("u1", "Running");

    pods.editStatus("u1", s -> s.setPhase("Failed"));
    pods.tell("u1");

    awaitStopped(attempt("u1", 0));
    assertThat(pods.status("u1").getPhase()).isEqualTo("Failed");
    assertThat(backend.starts()).containsOnlyKeys(attempt("u1", 0));
  }

  @Test
  void restartIsWrittenBeforeItHappensAndTheSecondWaitsInCrashLoopBackOff() {
    pods.apply(pod("u1"));
    awaitPhase("u1", "Running");
    backend.end(attempt("u1", 0), OptionalInt.of(1), "Error");
    await().atMost(SOON).until(() -> backend.starts().containsKey(attempt("u1", 1)));
    backend.end(attempt("u1", 1), OptionalInt.of(1), "Error");

    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              var container = container("u1");
              assertThat(container.getState().getWaiting().getReason())
                  .isEqualTo("CrashLoopBackOff");
              assertThat(container.getState().getWaiting().getMessage())
                  .startsWith("back-off 10s restarting failed container");
              assertThat(container.getRestartCount()).isOne();
            });
    assertThat(pods.events()).contains("BackOff");
  }

  /** Whether its end was seen before that of the others must not decide what is told of it. */
  @Test
  void containerThatEndedWellStaysSoWhileTheOthersStartAgain() {
    pods.apply(
        new PodBuilder(pod("u1"))
            .editSpec()
            .withRestartPolicy("OnFailure")
            .addNewContainer()
            .withName("d")
            .withImage("i")
            .endContainer()
            .endSpec()
            .build());
    awaitPhase("u1", "Running");
    pods.stopAgent();
    backend.set(attempt("u1", 0), "c", ended(0));
    backend.set(attempt("u1", 0), "d", ended(1));

    pods.startAgent();

    await().atMost(SOON).until(() -> backend.starts().containsKey(attempt("u1", 1)));
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              var statuses = pods.status("u1").getContainerStatuses();
              assertThat(statuses.getLast().getRestartCount()).isOne();
              assertThat(statuses.getFirst().getRestartCount()).isZero();
              assertThat(statuses.getFirst().getState().getTerminated().getExitCode()).isZero();
            });
  }

  private static ContainerState ended(int exitCode) {
    return new ContainerState.Terminated(
        OptionalInt.of(exitCode), "", "", Optional.of(Instant.now()), Instant.now());
  }

  @Test
  void refusedPodOfAReplicaSetWaitsInsteadOfBeingReplacedWithoutEnd() {
    pods.apply(controlled(refused(pod("u1"))));

    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              var containers = pods.status("u1").getContainerStatuses();
              assertThat(containers).hasSize(1);
              var waiting = containers.getFirst().getState().getWaiting();
              assertThat(waiting.getReason()).isEqualTo("CreateContainerConfigError");
              assertThat(waiting.getMessage()).contains("spec.hostNetwork");
            });
    assertThat(pods.status("u1").getPhase()).isEqualTo("Pending");
    assertThat(pods.events()).contains("ProviderFailed");
  }

  @Test
  void refusedPodOfNobodyFails() {
    pods.apply(refused(pod("u1")));

    awaitPhase("u1", "Failed");
    assertThat(pods.status("u1").getReason()).isEqualTo("ProviderFailed");
  }

  /** Case 107 of the comparison with a kubelet. */
  @Test
  void containerWhoseImageNobodyCanPullWaitsInTheKubeletsWords() {
    pods.apply(
        new PodBuilder(pod("u1"))
            .editSpec()
            .editFirstContainer()
            .withImage("Not:A:Name")
            .endContainer()
            .endSpec()
            .build());

    await().atMost(SOON).until(() -> !pods.status("u1").getContainerStatuses().isEmpty());
    assertThat(container("u1").getState().getWaiting().getReason()).isEqualTo("InvalidImageName");
    assertThat(container("u1").getState().getWaiting().getMessage())
        .isEqualTo(
            "Failed to apply default image tag \"Not:A:Name\": couldn't parse image name"
                + " \"Not:A:Name\": invalid reference format: repository name (library/Not) must be"
                + " lowercase");
    assertThat(pods.status("u1").getPhase()).isEqualTo("Pending");
    assertThat(pods.events()).contains("InspectFailed", "Failed");
    assertThat(backend.starts()).isEmpty();

    pods.edit(
        "u1",
        p ->
            new PodBuilder(p)
                .editSpec()
                .editFirstContainer()
                .withImage("a-name")
                .endContainer()
                .endSpec()
                .build());
    awaitPhase("u1", "Running");
  }

  @Test
  void podThatIsRefusedAnywayDoesNotWaitForAConfigMapThatIsMissing() {
    pods.apply(
        new PodBuilder(refused(pod("u1")))
            .editSpec()
            .editFirstContainer()
            .addNewEnvFrom()
            .withNewConfigMapRef("nowhere", false)
            .endEnvFrom()
            .endContainer()
            .endSpec()
            .build());

    awaitPhase("u1", "Failed");
    assertThat(pods.status("u1").getMessage()).contains("spec.hostNetwork");
    assertThat(pods.status("u1").getContainerStatuses()).isEmpty();
  }

  private static Pod refused(Pod pod) {
    return new PodBuilder(pod).editSpec().withHostNetwork(true).endSpec().build();
  }

  private static Pod controlled(Pod pod) {
    return new PodBuilder(pod)
        .editMetadata()
        .addNewOwnerReference()
        .withKind("ReplicaSet")
        .withName("web")
        .withController(true)
        .endOwnerReference()
        .endMetadata()
        .build();
  }
}
