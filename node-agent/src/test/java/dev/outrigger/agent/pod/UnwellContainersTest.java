package dev.outrigger.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.agent.probe.ProbeKind;
import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Containers that failed a probe or a hook, on a backend that starts each again alone. */
class UnwellContainersTest {

  private static final ContainerState RUNNING =
      new ContainerState.Running(Given.NOW.minusSeconds(90));
  private static final ContainerState ENDED =
      new ContainerState.Terminated(OptionalInt.of(0), "", "", Optional.of(Given.NOW), Given.NOW);
  private static final PodHealth.Unwell LIVENESS = probe("a", 0, ProbeKind.LIVENESS);
  private static final PodHealth.Unwell HOOK =
      new PodHealth.Unwell("a", 0, Optional.empty(), Optional.empty());
  private static final PodAction.Report REPORT = new PodAction.Report();

  @Test
  void containerIsStoppedAloneAndStartedAgainWhateverItsExitCode() {
    for (String policy : List.of("Always", "OnFailure")) {
      assertThat(given(policy).workload(workload(0, RUNNING, RUNNING)).unwell(0, LIVENESS).decide())
          .isEqualTo(new PodAction.StopContainer(LIVENESS, run(0), Duration.ofSeconds(7), true));
    }
  }

  @Test
  void theRunThatFailedIsMeantAndNoOther() {
    PodHealth.Unwell third = probe("a", 2, ProbeKind.STARTUP);
    Given given = given("Always").workload(workload(2, RUNNING, RUNNING));

    assertThat(given.unwell(0, third).decide())
        .isEqualTo(new PodAction.StopContainer(third, run(2), Duration.ofSeconds(7), true));
    assertThat(given.unwell(0, probe("a", 1, ProbeKind.STARTUP)).decide())
        .as("that run is over")
        .isEqualTo(REPORT);
    assertThat(given.unwell(1, third).decide()).as("of another attempt").isEqualTo(REPORT);
    assertThat(
            given("Always")
                .workload(workload(0, new ContainerState.Waiting("", ""), RUNNING))
                .unwell(0, LIVENESS)
                .decide())
        .as("it has ended by itself")
        .isEqualTo(REPORT);
  }

  @Test
  void eachRunIsAskedToEndOnceUnlessItGoesOnForLong() {
    Given given = given("Always").workload(workload(1, RUNNING, RUNNING));
    PodHealth.Unwell second = probe("a", 1, ProbeKind.LIVENESS);

    assertThat(given.unwell(0, second).containerStopped("a", 7, 0).decide())
        .as("the run before was asked")
        .isInstanceOf(PodAction.StopContainer.class);
    assertThat(given.containerStopped("a", 7, 1).decide()).isEqualTo(REPORT);
    assertThat(given.containerStopped("a", -31, 1).decide())
        .as("30 s after the end of its grace")
        .isInstanceOf(PodAction.StopContainer.class);
  }

  @Test
  void graceIsThatOfTheProbeElseThePodsAndTwoSecondsAtLeast() {
    for (int own : new int[] {0, 3}) {
      var unwell =
          new PodHealth.Unwell(
              "a", 0, Optional.of(ProbeKind.LIVENESS), Optional.of(Duration.ofSeconds(own)));
      assertThat(given("Always").workload(workload(0, RUNNING, RUNNING)).unwell(0, unwell).decide())
          .isInstanceOfSatisfying(
              PodAction.StopContainer.class,
              stop -> assertThat(stop.grace()).isEqualTo(Duration.ofSeconds(Math.max(2, own))));
    }
  }

  @Test
  void failedHookLeavesItToTheExitCodeWhatFollows() {
    assertThat(given("Always").workload(workload(0, RUNNING, RUNNING)).unwell(0, HOOK).decide())
        .isEqualTo(new PodAction.StopContainer(HOOK, run(0), Duration.ofSeconds(7), false));
    assertThat(given("OnFailure").workload(workload(0, ENDED, ENDED)).unwell(0, HOOK).decide())
        .as("ended well")
        .isEqualTo(REPORT);
  }

  @Test
  void withNeverItEndsAloneWhileAnotherRunsAndElseThePodDoes() {
    assertThat(given("Never").workload(workload(0, RUNNING, RUNNING)).unwell(0, LIVENESS).decide())
        .isEqualTo(new PodAction.StopContainer(LIVENESS, run(0), Duration.ofSeconds(7), false));
    Given last = given("Never").workload(workload(0, RUNNING, ENDED)).unwell(0, LIVENESS);
    assertThat(last.decide()).isEqualTo(new PodAction.Stop(Duration.ofSeconds(7)));
    assertThat(last.stopped(7, 0).decide()).isEqualTo(REPORT);
    assertThat(
            given("Never")
                .workload(workload(0, RUNNING, RUNNING))
                .unwell(0, LIVENESS, probe("b", 0, ProbeKind.LIVENESS))
                .decide())
        .as("both fail")
        .isEqualTo(new PodAction.Stop(Duration.ofSeconds(7)));
  }

  @Test
  void sidecarIsStartedAgainUnderEveryPolicy() {
    PodHealth.Unwell side = probe("side", 0, ProbeKind.LIVENESS);
    assertThat(given("Never").workload(workload(0, RUNNING, RUNNING)).unwell(0, side).decide())
        .isEqualTo(new PodAction.StopContainer(side, run(0), Duration.ofSeconds(7), true));
  }

  @Test
  void wordsAreTheKubelets() {
    assertThat(LIVENESS.message(false, true))
        .isEqualTo("Container a failed liveness probe, will be restarted");
    assertThat(LIVENESS.message(false, false)).isEqualTo("Container a failed liveness probe");
    assertThat(LIVENESS.message(true, true)).isEqualTo("Init container a failed liveness probe");
    assertThat(HOOK.message(false, true)).isEqualTo("FailedPostStartHook");
  }

  private static PodHealth.Unwell probe(String container, int run, ProbeKind kind) {
    return new PodHealth.Unwell(container, run, Optional.of(kind), Optional.empty());
  }

  private static PodAttempt run(int number) {
    return new PodAttempt(Given.KEY, number);
  }

  private static Given given(String policy) {
    Pod pod =
        Serialization.unmarshal(
            """
            metadata: {name: p, namespace: ns, uid: u}
            spec:
              restartPolicy: %s
              terminationGracePeriodSeconds: 7
              initContainers: [{name: side, restartPolicy: Always}]
              containers: [{name: a}, {name: b}]
            """
                .formatted(policy),
            Pod.class);
    return new Given(pod).admitted().with(Trait.CONTAINER_RESTARTS);
  }

  private static Workload workload(int restarts, ContainerState a, ContainerState b) {
    return new Workload(
        new PodAttempt(Given.KEY, 0),
        "h",
        List.of(
            new ContainerObservation("side", b instanceof ContainerState.Running ? b : a),
            new ContainerObservation(
                "a", a, Optional.empty(), Optional.empty(), restarts, Optional.empty()),
            new ContainerObservation("b", b)));
  }
}
