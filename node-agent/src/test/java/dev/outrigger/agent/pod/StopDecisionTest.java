package dev.outrigger.agent.pod;

import static dev.outrigger.agent.pod.Given.ended;
import static dev.outrigger.agent.pod.Given.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.ContainerState;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is stopped, and what follows: active deadlines, deletions, Pods that are gone. */
class StopDecisionTest {

  private static final Instant NOW = Given.NOW;
  private static final ContainerState RUNNING = new ContainerState.Running(NOW);

  @Test
  void podIsStoppedAtItsActiveDeadlineAndFailsOnceItHasEnded() {
    Pod pod = expiring("Always", 60);
    String started = "{phase: Running, startTime: \"2025-12-31T23:59:00Z\"}";
    assertThat(given(pod).admitted().workload(0, RUNNING).status(started).decide())
        .isEqualTo(new PodAction.Stop(Duration.ofSeconds(30)));
    assertThat(given(pod).admitted().workload(0, RUNNING).status(started).stopped(30, 0).decide())
        .isEqualTo(new PodAction.Report());
    assertThat(
            given(pod)
                .admitted()
                .workload(0, ended(137, NOW))
                .status(started)
                .stopped(30, 0)
                .decide())
        .isEqualTo(new PodAction.Expire());
  }

  @Test
  void podThatNeverStartedExpiresOnlyAfterTheBackendWasAskedToStopIt() {
    Pod pod = expiring("Always", 60);
    String started = "{phase: Pending, startTime: \"2025-12-31T23:59:00Z\"}";
    assertThat(given(pod).admitted().status(started).decide())
        .isEqualTo(new PodAction.Stop(Duration.ofSeconds(30)));
    assertThat(given(pod).admitted().status(started).stopped(30, 0).decide())
        .isEqualTo(new PodAction.Expire());
  }

  @Test
  void podBeforeItsActiveDeadlineAndPodThatEndedBeforeItAreAsAnyOther() {
    String young = "{phase: Running, startTime: \"2025-12-31T23:59:01Z\"}";
    assertThat(given(expiring("Always", 60)).admitted().workload(0, RUNNING).status(young).decide())
        .isEqualTo(new PodAction.Report());
    String old = "{phase: Running, startTime: \"2025-12-31T23:59:00Z\"}";
    Instant before = NOW.minusSeconds(1);
    assertThat(
            given(expiring("Never", 60))
                .admitted()
                .workload(0, ended(1, before))
                .status(old)
                .decide())
        .isEqualTo(new PodAction.Report());
    assertThat(
            given(expiring("Always", 60))
                .admitted()
                .workload(0, ended(1, before))
                .status(old)
                .decide())
        .as("would be restarted")
        .isEqualTo(new PodAction.Expire());
  }

  @Test
  void deletionStopsWithItsGraceThenConfirmsOnceEnded() {
    Pod deleting = deleting(pod("Always"), 7L);
    assertThat(given(deleting).workload(0, RUNNING).decide())
        .isEqualTo(new PodAction.Stop(Duration.ofSeconds(7)));
    assertThat(given(deleting).workload(0, RUNNING).stopped(7, 0).decide())
        .isEqualTo(new PodAction.Report());
    assertThat(given(deleting).workload(0, ended(143, NOW)).stopped(7, 0).decide())
        .isEqualTo(new PodAction.ConfirmDeletion());
  }

  @Test
  void deletionOfAPodNeverSeenAtTheBackendAsksTheBackendOnceBeforeConfirming() {
    Pod deleting = deleting(pod("Always"), 30L);
    assertThat(given(deleting).decide()).isEqualTo(new PodAction.Stop(Duration.ofSeconds(30)));
    assertThat(given(deleting).stopped(30, 0).decide()).isEqualTo(new PodAction.ConfirmDeletion());
  }

  @Test
  void deletionOfAPodWhoseCreationWentUnansweredLooksForItBeforeAnythingElse() {
    assertThat(given(deleting(pod("Always"), 30L)).unanswered().decide())
        .isEqualTo(new PodAction.LookUp());
  }

  @Test
  void endThatSomebodyElseWroteIsWrittenAgainOnceWhatRunsHasBeenStopped() {
    PodStatus end = new PodStatus();
    end.setPhase("Failed");
    assertThat(given(pod("Always")).admitted().workload(0, RUNNING).overwritten(end).decide())
        .isInstanceOf(PodAction.Stop.class);
    assertThat(
            given(pod("Always")).admitted().workload(0, ended(143, NOW)).overwritten(end).decide())
        .isEqualTo(new PodAction.WriteEnd(end));
  }

  @Test
  void deletionBetweenTwoAttemptsAsksTheBackendForTheOneThatMayHaveStarted() {
    String next = "{containerStatuses: [{name: c, restartCount: 1, state: {waiting: {}}}]}";
    Pod deleting = deleting(pod("Always"), 30L);
    assertThat(given(deleting).workload(0, ended(1, NOW)).status(next).decide())
        .isEqualTo(new PodAction.Stop(Duration.ofSeconds(30)));
    assertThat(given(deleting).workload(0, ended(1, NOW)).status(next).stopped(30, 1).decide())
        .isEqualTo(new PodAction.ConfirmDeletion());
    assertThat(given(null).deleted().workload(0, ended(1, NOW)).status(next).decide())
        .isEqualTo(new PodAction.Stop(Duration.ZERO));
  }

  @Test
  void shorterGraceStopsAgain() {
    assertThat(given(deleting(pod("Always"), 0L)).workload(0, RUNNING).stopped(30, 0).decide())
        .isEqualTo(new PodAction.Stop(Duration.ofSeconds(2)));
  }

  @Test
  void podForcedOutOfTheApiServerKeepsItsOwnGrace() {
    assertThat(given(null).deleted().graceWhenGone(45).workload(0, RUNNING).decide())
        .isEqualTo(new PodAction.Stop(Duration.ofSeconds(45)));
    assertThat(given(null).deleted().graceWhenGone(45).workload(0, RUNNING).stopped(45, 0).decide())
        .isEqualTo(new PodAction.Report());
  }

  @Test
  void podThatIsKnownGoneHasItsWorkloadStoppedAndOneThatIsMerelyUnknownHasNot() {
    assertThat(given(null).deleted().workload(0, RUNNING).decide())
        .isEqualTo(new PodAction.Stop(Duration.ZERO));
    assertThat(given(null).workload(0, RUNNING).decide()).isEqualTo(new PodAction.VerifyOrphan());
    assertThat(given(null).deleted().workload(0, ended(0, NOW)).decide())
        .isEqualTo(new PodAction.Forget());
  }

  private static Given given(@Nullable Pod pod) {
    return new Given(pod);
  }

  private static Pod expiring(String policy, long deadline) {
    return new PodBuilder(pod(policy))
        .editSpec()
        .withActiveDeadlineSeconds(deadline)
        .endSpec()
        .build();
  }

  private static Pod deleting(Pod pod, long grace) {
    return new PodBuilder(pod)
        .editMetadata()
        .withDeletionTimestamp(NOW.toString())
        .withDeletionGracePeriodSeconds(grace)
        .endMetadata()
        .build();
  }
}
