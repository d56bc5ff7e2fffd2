package dev.outrigger.agent.pod;

import static dev.outrigger.agent.pod.Given.ended;
import static dev.outrigger.agent.pod.Given.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is started, started again and waited for. */
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
  void whatRunsIsTheCurrentAttemptWhateverNumberSomebodyWrote() {
    String running =
        "{phase: Running, containerStatuses: [{name: c, restartCount: 5, state: {running: {}}}]}";
    String waiting = "{containerStatuses: [{name: c, restartCount: 5, state: {waiting: {}}}]}";

    for (String status : List.of(running, waiting)) {
      assertThat(given(pod("Always")).admitted().status(status).workload(0, RUNNING).decide())
          .isEqualTo(new PodAction.Report());
    }
    assertThat(given(pod("Always")).admitted().status(waiting).workload(4, ended(1, NOW)).decide())
        .isEqualTo(new PodAction.Start(5));
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
  void podWhoseContainersHaveAllSucceededIsLostNotStartedAgainWhenItsSidecarsAreForgotten() {
    assertThat(
            given(pod("OnFailure"))
                .admitted()
                .status(
                    "{containerStatuses: [{name: c, restartCount: 1, state: {terminated: {exitCode: 0}}}]}")
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
  void terminalPhaseStartsNothing() {
    assertThat(given(pod("Always")).status("{phase: Failed}").decide())
        .isEqualTo(new PodAction.Rest());
    assertThat(given(pod("Always")).status("{phase: Failed}").workload(0, RUNNING).decide())
        .isEqualTo(new PodAction.Stop(Duration.ofSeconds(30)));
  }

  private static Given given(@Nullable Pod pod) {
    return new Given(pod);
  }

  private static Workload ran(Duration time) {
    var end =
        new ContainerState.Terminated(OptionalInt.of(1), "", "", Optional.of(NOW), NOW.plus(time));
    return new Workload(new PodAttempt(KEY, 3), "h", List.of(new ContainerObservation("c", end)));
  }
}
