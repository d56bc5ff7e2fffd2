package dev.outrigger.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The status of a Pod whose sidecar is started again beside the others. */
class SidecarStatusTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final ContainerState RUNNING = new ContainerState.Running(NOW);
  private static final ContainerState CREATING =
      new ContainerState.Waiting("ContainerCreating", "");
  private static final ContainerState LOOPING =
      new ContainerState.Waiting("CrashLoopBackOff", "back-off 10s restarting failed container=s");

  private static Pod pod(String policy, String more) {
    return Serialization.unmarshal(
        """
        metadata: {name: p, namespace: n, uid: u%s}
        spec:
          restartPolicy: %s
          initContainers: [{name: s, restartPolicy: Always}, {name: i}]
          containers: [{name: a}]
        """
            .formatted(more, policy),
        Pod.class);
  }

  private static ContainerState.Terminated end(int code) {
    return new ContainerState.Terminated(OptionalInt.of(code), "", "", Optional.of(NOW), NOW);
  }

  private static ContainerObservation sidecar(ContainerState state, int restarts) {
    return new ContainerObservation(
        "s",
        state,
        Optional.empty(),
        Optional.empty(),
        restarts,
        restarts == 0 ? Optional.empty() : Optional.of(end(3)));
  }

  private static PodStatus compute(
      Pod pod,
      PodStatus before,
      int attempt,
      ContainerObservation sidecar,
      ContainerState init,
      ContainerState main) {
    var key = new PodKey("u", "n", "p");
    var workload =
        new Workload(
            new PodAttempt(key, attempt),
            "h",
            List.of(
                sidecar, new ContainerObservation("i", init), new ContainerObservation("a", main)));
    return PodStatusComputer.compute(
        new PodFacts(
            pod,
            before,
            workload,
            attempt,
            Map.of(),
            PodFacts.Waiting.CREATING,
            PodHealth.UNPROBED,
            false,
            "10.0.0.9",
            NOW));
  }

  private static ContainerStatus statusOfSidecar(PodStatus status) {
    return status.getInitContainerStatuses().getFirst();
  }

  private static String condition(PodStatus status, String type) {
    return status.getConditions().stream()
        .filter(c -> c.getType().equals(type))
        .map(PodCondition::getStatus)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void runsOfASidecarAreCountedAndTheOneBeforeIsItsLastState() {
    PodStatus status =
        compute(pod("Never", ""), new PodStatus(), 0, sidecar(RUNNING, 2), end(0), RUNNING);

    assertThat(statusOfSidecar(status).getRestartCount()).isEqualTo(2);
    assertThat(statusOfSidecar(status).getReady()).isTrue();
    assertThat(statusOfSidecar(status).getStarted()).isTrue();
    assertThat(statusOfSidecar(status).getLastState().getTerminated().getExitCode()).isEqualTo(3);
    assertThat(status.getContainerStatuses().getFirst().getRestartCount()).isZero();
  }

  @Test
  void theCountNeverGoesDownWithAnotherAttempt() {
    Pod pod = pod("Always", "");
    PodStatus first = compute(pod, new PodStatus(), 0, sidecar(RUNNING, 4), end(0), RUNNING);

    PodStatus second = compute(pod, first, 1, sidecar(RUNNING, 0), end(0), RUNNING);

    assertThat(statusOfSidecar(second).getRestartCount()).isEqualTo(4);
    assertThat(second.getContainerStatuses().getFirst().getRestartCount()).isEqualTo(1);
  }

  @Test
  void podWhoseSidecarLoopsBeforeTheOthersStartIsPendingInItsSandbox() {
    PodStatus status =
        compute(pod("Never", ""), new PodStatus(), 0, sidecar(LOOPING, 1), CREATING, CREATING);

    assertThat(status.getPhase()).isEqualTo("Pending");
    assertThat(condition(status, "PodReadyToStartContainers")).isEqualTo("True");
    assertThat(condition(status, "Initialized")).isEqualTo("False");
    assertThat(statusOfSidecar(status).getState().getWaiting().getReason())
        .isEqualTo("CrashLoopBackOff");
    assertThat(statusOfSidecar(status).getStarted()).isFalse();
  }

  @Test
  void sidecarThatLoopsLaterTakesReadinessBackButNotTheStart() {
    PodStatus status =
        compute(pod("Never", ""), new PodStatus(), 0, sidecar(LOOPING, 1), end(0), RUNNING);

    assertThat(status.getPhase()).isEqualTo("Running");
    assertThat(condition(status, "Initialized")).isEqualTo("True");
    assertThat(condition(status, "Ready")).isEqualTo("False");
  }

  /** mergePodStatus of pkg/kubelet/status: no terminal phase while a container may run. */
  @ParameterizedTest
  @CsvSource({
    "Never, 0, 0, Running",
    "Never, 0, 4, Running",
    "OnFailure, 0, 0, Running",
    "Never, 5, , Pending"
  })
  void noPhaseIsTerminalWhileASidecarRuns(String policy, int init, Integer main, String phase) {
    var never =
        new ContainerState.Terminated(OptionalInt.empty(), "NotStarted", "", Optional.empty(), NOW);
    ContainerState mainState = main == null ? never : end(main);

    assertThat(
            compute(pod(policy, ""), new PodStatus(), 0, sidecar(RUNNING, 0), end(init), mainState)
                .getPhase())
        .isEqualTo(phase);
    assertThat(
            compute(pod(policy, ""), new PodStatus(), 0, sidecar(end(143), 0), end(init), mainState)
                .getPhase())
        .isEqualTo(init == 0 && mainState.equals(end(0)) ? "Succeeded" : "Failed");
  }

  @Test
  void mainContainerOfAPodThatIsDeletedBeforeStillWaits() {
    var never =
        new ContainerState.Terminated(OptionalInt.empty(), "NotStarted", "", Optional.empty(), NOW);
    PodStatus status =
        compute(
            pod("Never", ", deletionTimestamp: \"2026-01-01T00:00:00Z\""),
            new PodStatus(),
            0,
            sidecar(end(143), 0),
            never,
            never);

    assertThat(status.getContainerStatuses().getFirst().getState().getWaiting().getReason())
        .isEqualTo("PodInitializing");
  }
}
