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
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class PodDecisionTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final PodKey KEY = new PodKey("u", "ns", "p");
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
    assertThat(RestartBackOff.delay(2)).isEqualTo(Duration.ofSeconds(20));
    assertThat(RestartBackOff.delay(40)).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void deletionStopsWithItsGraceThenConfirmsOnceEnded() {
    Pod deleting = deleting(pod("Always"), 7L);
    assertThat(given(deleting).workload(0, RUNNING).decide())
        .isEqualTo(new PodAction.Stop(Duration.ofSeconds(7)));
    assertThat(given(deleting).workload(0, RUNNING).stopped(7).decide())
        .isEqualTo(new PodAction.Report());
    assertThat(given(deleting).workload(0, ended(143, NOW)).stopped(7).decide())
        .isEqualTo(new PodAction.ConfirmDeletion());
  }

  @Test
  void deletionOfAPodNeverSeenAtTheBackendAsksTheBackendOnceBeforeConfirming() {
    Pod deleting = deleting(pod("Always"), 30L);
    assertThat(given(deleting).decide()).isEqualTo(new PodAction.Stop(Duration.ofSeconds(30)));
    assertThat(given(deleting).stopped(30).decide()).isEqualTo(new PodAction.ConfirmDeletion());
  }

  @Test
  void shorterGraceStopsAgain() {
    assertThat(given(deleting(pod("Always"), 0L)).workload(0, RUNNING).stopped(30).decide())
        .isEqualTo(new PodAction.Stop(Duration.ZERO));
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
        .isEqualTo(new PodAction.Stop(Duration.ZERO));
  }

  private static Given given(@org.jspecify.annotations.Nullable Pod pod) {
    return new Given(
        new PodSituation(pod, new PodStatus(), false, null, false, false, null, false, NOW));
  }

  private record Given(PodSituation s) {

    PodAction decide() {
      return PodDecision.decide(s);
    }

    Given admitted() {
      return new Given(
          new PodSituation(
              s.pod(),
              s.status(),
              s.deleted(),
              s.workload(),
              s.lost(),
              true,
              s.stop(),
              s.oneShot(),
              NOW));
    }

    Given oneShot() {
      return new Given(
          new PodSituation(
              s.pod(),
              s.status(),
              s.deleted(),
              s.workload(),
              s.lost(),
              s.admitted(),
              s.stop(),
              true,
              NOW));
    }

    Given deleted() {
      return new Given(
          new PodSituation(
              s.pod(),
              s.status(),
              true,
              s.workload(),
              s.lost(),
              s.admitted(),
              s.stop(),
              s.oneShot(),
              NOW));
    }

    Given stopped(int grace) {
      var stop = new PodSituation.StopRequest(NOW, Duration.ofSeconds(grace));
      return new Given(
          new PodSituation(
              s.pod(),
              s.status(),
              s.deleted(),
              s.workload(),
              s.lost(),
              s.admitted(),
              stop,
              s.oneShot(),
              NOW));
    }

    Given status(String yaml) {
      PodStatus status = Serialization.unmarshal("---\n" + yaml, PodStatus.class);
      return new Given(
          new PodSituation(
              s.pod(),
              status,
              s.deleted(),
              s.workload(),
              s.lost(),
              s.admitted(),
              s.stop(),
              s.oneShot(),
              NOW));
    }

    Given workload(int attempt, ContainerState state) {
      Workload workload =
          new Workload(
              new PodAttempt(KEY, attempt), "h", List.of(new ContainerObservation("c", state)));
      return new Given(
          new PodSituation(
              s.pod(),
              s.status(),
              s.deleted(),
              workload,
              s.lost(),
              s.admitted(),
              s.stop(),
              s.oneShot(),
              NOW));
    }
  }

  private static ContainerState ended(int code, Instant at) {
    return new ContainerState.Terminated(OptionalInt.of(code), "", "", Optional.of(at), at);
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
