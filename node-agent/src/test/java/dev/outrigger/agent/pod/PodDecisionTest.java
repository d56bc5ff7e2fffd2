package dev.outrigger.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PodDecisionTest {

  private static final Instant NOW = Given.NOW;
  private static final PodKey KEY = Given.KEY;
  private static final ContainerState RUNNING = new ContainerState.Running(NOW);

  @Test
  void newPodIsAdmittedThenStarted() {
    assertThat(given(pod("Always")).decide()).isEqualTo(new PodAction.Admit());
    assertThat(given(pod("Always")).admitted().decide()).isEqualTo(new PodAction.Start(0));
  }

  @Test
  void runningPodIsOnlyReported() {
    assertThat(given(pod("Always")).admitted().workload(0, RUNNING).decide())
        .isEqualTo(new PodAction.Report());
  }

  @Test
  void podThatTheApiServerKnowsAsRunningIsNeverStartedAgain() {
    assertThat(
            given(pod("Always"))
                .admitted()
                .status(
                    "{phase: Running, containerStatuses: [{name: c, restartCount: 2, state: {running: {}}}]}")
                .decide())
        .isEqualTo(new PodAction.ReportLost());
  }

  @Test
  void podWhoseInitContainerWasReportedIsNeverStartedAgain() {
    String waits = "containerStatuses: [{name: c, restartCount: 1, state: {waiting: {}}}]";
    String init =
        "{initContainerStatuses: [{name: i, restartCount: %d, state: %s}], " + waits + "}";
    assertThat(given(pod("Always")).admitted().status(init.formatted(1, "{running: {}}")).decide())
        .isEqualTo(new PodAction.ReportLost());
    assertThat(
            given(pod("Always"))
                .admitted()
                .status(init.formatted(1, "{terminated: {exitCode: 0}}"))
                .decide())
        .isEqualTo(new PodAction.ReportLost());
    assertThat(
            given(pod("Always"))
                .admitted()
                .status(init.formatted(1, "{terminated: {exitCode: 1}}"))
                .decide())
        .isEqualTo(new PodAction.Restart(2));
    assertThat(
            given(pod("OnFailure"))
                .admitted()
                .status(init.formatted(0, "{terminated: {exitCode: 0}}"))
                .decide())
        .as("it ended well in the attempt before")
        .isEqualTo(new PodAction.Start(1));
  }

  @Test
  void attemptThatEndedIsFollowedByTheNextNotRepeated() {
    assertThat(
            given(pod("Always"))
                .admitted()
                .status(
                    "{containerStatuses: [{name: c, restartCount: 2, state: {waiting: {reason: CrashLoopBackOff}}}]}")
                .decide())
        .isEqualTo(new PodAction.Restart(3));
  }

  @Test
  void podThatIsNeverRestartedIsLostNotStartedAgainWhenItsEndedWorkloadIsForgotten() {
    assertThat(
            given(pod("Never"))
                .admitted()
                .status(
                    "{containerStatuses: [{name: c, restartCount: 0, state: {terminated: {exitCode: 0}}}]}")
                .decide())
        .isEqualTo(new PodAction.ReportLost());
  }

  @Test
  void nextAttemptWhoseNumberIsWrittenIsStarted() {
    assertThat(
            given(pod("Always"))
                .admitted()
                .workload(0, ended(1, NOW))
                .status(
                    "{containerStatuses: [{name: c, restartCount: 1, state: {waiting: {reason: ContainerCreating}}}]}")
                .decide())
        .isEqualTo(new PodAction.Start(1));
  }

  /** Else it would be followed by the next one for ever, without one being started. */
  @Test
  void nextAttemptIsStartedBesideAContainerThatKeepsItsSuccess() {
    assertThat(
            given(pod("OnFailure"))
                .admitted()
                .workload(0, ended(1, NOW))
                .status(
                    "{containerStatuses: [{name: a, restartCount: 0, state: {terminated: {exitCode: 0}}},"
                        + " {name: c, restartCount: 1, state: {waiting: {reason: ContainerCreating}}}]}")
                .decide())
        .isEqualTo(new PodAction.Start(1));
  }

  @Test
  void restartPolicyDecidesWhatFollowsAnEnd() {
    var restart = new PodAction.Restart(1);
    var report = new PodAction.Report();
    assertThat(given(pod("Never")).admitted().workload(0, ended(1, NOW)).decide())
        .isEqualTo(report);
    assertThat(given(pod("OnFailure")).admitted().workload(0, ended(0, NOW)).decide())
        .isEqualTo(report);
    assertThat(given(pod("OnFailure")).admitted().workload(0, ended(1, NOW)).decide())
        .isEqualTo(restart);
    assertThat(given(pod("Always")).admitted().workload(0, ended(0, NOW)).decide())
        .isEqualTo(restart);
    assertThat(given(pod("Always")).oneShot().admitted().workload(0, ended(0, NOW)).decide())
        .isEqualTo(report);
  }

  @Test
  void secondRestartWaitsTenSecondsAsTheKubeletDoes() {
    assertThat(
            given(pod("Always"))
                .admitted()
                .workload(1, ended(1, NOW))
                .status(
                    "{containerStatuses: [{name: c, restartCount: 1, state: {terminated: {exitCode: 1}}}]}")
                .decide())
        .isEqualTo(new PodAction.BackOff(NOW.plusSeconds(10)));
    assertThat(RestartBackOff.delay(2, 0)).isEqualTo(Duration.ofSeconds(20));
    assertThat(RestartBackOff.delay(40, 0)).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void runOfMoreThanTenMinutesStartsTheBackOffOver() {
    var longRun =
        new ContainerState.Terminated(
            OptionalInt.of(1), "", "", Optional.of(NOW.minusSeconds(601)), NOW);
    assertThat(given(pod("Always")).admitted().workload(7, longRun).forgiven(7).decide())
        .isEqualTo(new PodAction.Restart(8));
    assertThat(given(pod("Always")).admitted().workload(8, ended(1, NOW)).forgiven(7).decide())
        .isEqualTo(new PodAction.BackOff(NOW.plusSeconds(10)));
    assertThat(given(pod("Always")).admitted().workload(9, ended(1, NOW)).forgiven(7).decide())
        .isEqualTo(new PodAction.BackOff(NOW.plusSeconds(20)));
  }

  @Test
  void runOfMoreThanTenMinutesIsRememberedOverARestartOfTheAgent() {
    String status =
        "{containerStatuses: [{name: c, restartCount: 8, state: {running: {}}, lastState:"
            + " {terminated: {startedAt: \"2025-12-31T23:00:00Z\", finishedAt:"
            + " \"2025-12-31T23:10:01Z\"}}}]}";
    assertThat(given(pod("Always")).admitted().workload(8, ended(1, NOW)).status(status).decide())
        .isEqualTo(new PodAction.BackOff(NOW.plusSeconds(10)));
  }

  @Test
  void onlyALongRunForgives() {
    assertThat(RestartBackOff.forgives(ran(Duration.ofSeconds(601)))).isTrue();
    assertThat(RestartBackOff.forgives(ran(Duration.ofMinutes(10)))).isFalse();
  }

  @Test
  void delaysAreWrittenAsTheKubeletWritesThem() {
    assertThat(RestartBackOff.text(Duration.ofSeconds(10))).isEqualTo("10s");
    assertThat(RestartBackOff.text(Duration.ofSeconds(80))).isEqualTo("1m20s");
    assertThat(RestartBackOff.text(Duration.ofMinutes(5))).isEqualTo("5m0s");
  }

  @Test
  void podIsStoppedAtItsActiveDeadlineAndFailsOnceItHasEnded() {
    Pod pod = pod("Always", 60);
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
    Pod pod = pod("Always", 60);
    String started = "{phase: Pending, startTime: \"2025-12-31T23:59:00Z\"}";
    assertThat(given(pod).admitted().status(started).decide())
        .isEqualTo(new PodAction.Stop(Duration.ofSeconds(30)));
    assertThat(given(pod).admitted().status(started).stopped(30, 0).decide())
        .isEqualTo(new PodAction.Expire());
  }

  @Test
  void podBeforeItsActiveDeadlineAndPodThatEndedBeforeItAreAsAnyOther() {
    String young = "{phase: Running, startTime: \"2025-12-31T23:59:01Z\"}";
    assertThat(given(pod("Always", 60)).admitted().workload(0, RUNNING).status(young).decide())
        .isEqualTo(new PodAction.Report());
    String old = "{phase: Running, startTime: \"2025-12-31T23:59:00Z\"}";
    Instant before = NOW.minusSeconds(1);
    assertThat(
            given(pod("Never", 60)).admitted().workload(0, ended(1, before)).status(old).decide())
        .isEqualTo(new PodAction.Report());
    assertThat(
            given(pod("Always", 60)).admitted().workload(0, ended(1, before)).status(old).decide())
        .as("would be restarted")
        .isEqualTo(new PodAction.Expire());
  }

  @Test
  void containerThatIsUnwellIsStoppedOnceAndStartsAgainThoughItEndedWell() {
    Given running = given(pod("OnFailure")).admitted().workload(0, RUNNING).unwell(0);
    assertThat(running.decide()).isInstanceOf(PodAction.StopUnwell.class);
    assertThat(running.stopped(30, 0).decide()).isEqualTo(new PodAction.Report());

    Given ended = given(pod("OnFailure")).admitted().workload(0, ended(0, NOW)).unwell(0);
    assertThat(ended.decide()).isEqualTo(new PodAction.Restart(1));
    Given never = given(pod("Never")).admitted().workload(0, ended(0, NOW)).unwell(0);
    assertThat(never.decide()).isEqualTo(new PodAction.Report());

    Given next = given(pod("Always")).admitted().workload(1, RUNNING).stopped(30, 0);
    assertThat(next.unwell(0).decide()).as("the attempt before").isEqualTo(new PodAction.Report());
    assertThat(next.unwell(1).decide())
        .as("the stop was the attempt before's")
        .isInstanceOf(PodAction.StopUnwell.class);
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

  @Test
  void terminalPhaseStartsNothing() {
    assertThat(given(pod("Always")).status("{phase: Failed}").decide())
        .isEqualTo(new PodAction.Rest());
    assertThat(given(pod("Always")).status("{phase: Failed}").workload(0, RUNNING).decide())
        .isEqualTo(new PodAction.Stop(Duration.ofSeconds(30)));
  }

  private static Given given(@Nullable Pod pod) {
    return new Given(pod);
  }

  private static ContainerState ended(int code, Instant at) {
    return new ContainerState.Terminated(OptionalInt.of(code), "", "", Optional.of(at), at);
  }

  private static Workload ran(Duration time) {
    var end =
        new ContainerState.Terminated(OptionalInt.of(1), "", "", Optional.of(NOW), NOW.plus(time));
    return new Workload(new PodAttempt(KEY, 3), "h", List.of(new ContainerObservation("c", end)));
  }

  private static Pod pod(String policy, long deadline) {
    return new PodBuilder(pod(policy))
        .editSpec()
        .withActiveDeadlineSeconds(deadline)
        .endSpec()
        .build();
  }

  private static Pod pod(String policy) {
    return new PodBuilder()
        .withNewMetadata()
        .withUid("u")
        .withNamespace("ns")
        .withName("p")
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy(policy)
        .addNewContainer()
        .withName("c")
        .endContainer()
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
