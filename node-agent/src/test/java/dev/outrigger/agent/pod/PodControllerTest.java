package dev.outrigger.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.testkit.FakeBackend;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Pods through the controller, on a backend and an API server in memory. */
final class PodControllerTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  private final FakeBackend backend = new FakeBackend(Clock.systemUTC());
  private final ControlledPods pods = new ControlledPods(backend);

  @AfterEach
  void close() {
    pods.close();
  }

  @Test
  void podFailsWithTheKubeletsWordsOnceItsActiveDeadlineHasPassed() {
    pods.apply(withDeadline(pod("u1"), 2));

    awaitPhase("u1", "Failed");
    PodStatus status = pods.status("u1");
    assertThat(status.getReason()).isEqualTo("DeadlineExceeded");
    assertThat(status.getMessage())
        .isEqualTo("Pod was active on the node longer than the specified deadline");
    var end = status.getContainerStatuses().getFirst().getState().getTerminated();
    assertThat(end.getExitCode()).as("how it ended in truth").isEqualTo(137);
    assertThat(pods.events()).contains("DeadlineExceeded");
    assertThat(backend.starts()).containsOnlyKeys(attempt("u1", 0));
  }

  @Test
  void activeDeadlineIsCountedFromTheStartAlsoAfterARestartOfTheAgent() {
    pods.apply(withDeadline(pod("u1"), 100));
    awaitPhase("u1", "Running");
    pods.stopAgent();
    Instant start = Instant.now().minusSeconds(99).truncatedTo(ChronoUnit.SECONDS);
    pods.editStatus("u1", s -> s.setStartTime(start.toString()));

    pods.startAgent();

    awaitPhase("u1", "Failed");
    assertThat(pods.status("u1").getReason()).isEqualTo("DeadlineExceeded");
    assertThat(Instant.now()).isAfterOrEqualTo(start.plusSeconds(100));
  }

  @Test
  void podThatNeverStartedBeforeItsActiveDeadlineFailsAndIsNeverStarted() {
    for (int i = 0; i < 50; i++) {
      backend.failNext(FakeBackend.Call.CREATE, new ProviderException.QuotaExceeded("no capacity"));
    }
    pods.apply(withDeadline(pod("u1"), 2));

    awaitPhase("u1", "Failed");
    var end = pods.status("u1").getContainerStatuses().getFirst().getState().getTerminated();
    assertThat(end.getReason()).isEqualTo("ContainerStatusUnknown");
    assertThat(end.getMessage())
        .isEqualTo("The container could not be located when the pod was terminated");
    assertThat(backend.starts()).isEmpty();
  }

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

  @Test
  void podThatIsDeletedBeforeItCouldStartHasFailedFirst() {
    for (int i = 0; i < 50; i++) {
      backend.failNext(FakeBackend.Call.CREATE, new ProviderException.QuotaExceeded("no capacity"));
    }
    pods.apply(pod("u1"));
    await().atMost(SOON).until(() -> "Pending".equals(pods.status("u1").getPhase()));

    pods.delete("u1", 30);

    await().atMost(SOON).until(() -> pods.isGone("u1"));
    assertThat(pods.status("u1").getPhase()).isEqualTo("Failed");
    var end = pods.status("u1").getContainerStatuses().getFirst().getState().getTerminated();
    assertThat(end.getReason()).isEqualTo("ContainerStatusUnknown");
    assertThat(backend.starts()).isEmpty();
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
    String message =
        pods.status("u1").getContainerStatuses().getFirst().getState().getTerminated().getMessage();
    assertThat(message).startsWith("line 20\n").endsWith("line 99\n");
  }

  @Test
  void deletionWhileTheAnswerOfTheCreationIsLostLeavesNothingBehind() {
    backend.failNextAfterEffect(
        FakeBackend.Call.CREATE, new ProviderException.Unavailable("lost", null));
    pods.apply(pod("u1"));
    await().atMost(SOON).until(() -> backend.starts().containsKey(attempt("u1", 0)));

    pods.delete("u1", 5);

    await().atMost(SOON).until(() -> pods.isGone("u1"));
    assertThat(backend.workload(attempt("u1", 0)).orElseThrow().isTerminated()).isTrue();
    assertThat(backend.starts().get(attempt("u1", 0))).isOne();
  }

  @Test
  void deletionIsConfirmedOnlyWhenTheBackendHasStoppedEverything() {
    backend.holdStops();
    pods.apply(pod("u1"));
    awaitPhase("u1", "Running");

    pods.delete("u1", 5);
    await().atMost(SOON).until(() -> backend.workload(attempt("u1", 0)).orElseThrow().stopping());
    assertThat(pods.isGone("u1")).isFalse();

    backend.end(attempt("u1", 0), OptionalInt.of(143), "Error");
    await().atMost(SOON).until(() -> pods.isGone("u1"));
    var end = pods.status("u1").getContainerStatuses().getFirst().getState().getTerminated();
    assertThat(end.getExitCode()).isEqualTo(143);
    assertThat(pods.status("u1").getPhase()).isEqualTo("Failed");
  }

  @Test
  void deletionOfAPodThatAFinalizerStillHoldsIsConfirmedOnce() {
    pods.holdByFinalizer();
    pods.apply(pod("u1"));
    awaitPhase("u1", "Running");

    pods.delete("u1", 5);
    await().atMost(SOON).until(() -> pods.confirmations() == 1);
    pods.delete("u1", 0);
    pods.apply(pod("u2"));
    awaitPhase("u2", "Running");

    assertThat(pods.confirmations()).isEqualTo(1);
  }

  @Test
  void podThatWasForcedOutOfTheApiServerIsStoppedAndNotTakenForAnOrphan() {
    pods.apply(pod("u1"));
    awaitPhase("u1", "Running");

    pods.forceDelete("u1");

    await()
        .atMost(SOON)
        .until(() -> backend.workload(attempt("u1", 0)).orElseThrow().isTerminated());
  }

  @Test
  void podWhoseSuccessorTookItsNameIsStoppedAndTheSuccessorRuns() {
    pods.apply(pod("u1"));
    awaitPhase("u1", "Running");

    pods.forceDelete("u1");
    pods.apply(pod("u2"));

    awaitPhase("u2", "Running");
    await()
        .atMost(SOON)
        .until(() -> backend.workload(attempt("u1", 0)).orElseThrow().isTerminated());
    assertThat(backend.workload(attempt("u2", 0)).orElseThrow().isTerminated()).isFalse();
  }

  @Test
  void podThatSomebodyElseDeclaredFailedIsStoppedAndNotStartedAgain() {
    pods.apply(pod("u1"));
    awaitPhase("u1", "Running");

    pods.editStatus("u1", s -> s.setPhase("Failed"));
    pods.tell("u1");

    await()
        .atMost(SOON)
        .until(() -> backend.workload(attempt("u1", 0)).orElseThrow().isTerminated());
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
              var container = pods.status("u1").getContainerStatuses().getFirst();
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

  private void awaitPhase(String uid, String phase) {
    await().atMost(SOON).until(() -> phase.equals(pods.status(uid).getPhase()));
  }

  private static PodAttempt attempt(String uid, int number) {
    return ControlledPods.attempt(uid, number);
  }

  private static Pod withDeadline(Pod pod, long seconds) {
    return new PodBuilder(pod).editSpec().withActiveDeadlineSeconds(seconds).endSpec().build();
  }

  private static Pod pod(String uid) {
    return new PodBuilder()
        .withNewMetadata()
        .withUid(uid)
        .withNamespace("ns")
        .withName("p")
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy("Always")
        .withTerminationGracePeriodSeconds(5L)
        .addNewContainer()
        .withName("c")
        .withImage("i")
        .endContainer()
        .endSpec()
        .build();
  }
}
