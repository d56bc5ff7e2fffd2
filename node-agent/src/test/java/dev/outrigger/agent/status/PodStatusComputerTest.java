package dev.outrigger.agent.status;

import static dev.outrigger.agent.status.Computed.NOW;
import static dev.outrigger.agent.status.Computed.compute;
import static dev.outrigger.agent.status.Computed.condition;
import static dev.outrigger.agent.status.Computed.observation;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Containers and conditions. */
class PodStatusComputerTest {

  @Test
  void initContainerIsReadyOnlyOnceItEndedWellAndThePodIsInitializedThen() {
    PodStatus running = compute("Always", new PodStatus(), "R", "W", "W");
    assertThat(running.getInitContainerStatuses().getFirst().getReady()).isFalse();
    assertThat(running.getInitContainerStatuses().getFirst().getStarted()).isTrue();
    assertThat(running.getContainerStatuses().getFirst().getState().getWaiting().getReason())
        .isEqualTo("PodInitializing");
    assertThat(condition(running, "Initialized"))
        .satisfies(
            c -> {
              assertThat(c.getStatus()).isEqualTo("False");
              assertThat(c.getReason()).isEqualTo("ContainersNotInitialized");
              assertThat(c.getMessage()).isEqualTo("containers with incomplete status: [i]");
            });

    PodStatus done = compute("Always", running, "0", "W", "W");
    assertThat(done.getInitContainerStatuses().getFirst().getReady()).isTrue();
    assertThat(done.getInitContainerStatuses().getFirst().getStarted()).isFalse();
    assertThat(condition(done, "Initialized").getStatus()).isEqualTo("True");
    assertThat(condition(done, "PodReadyToStartContainers").getStatus()).isEqualTo("True");
  }

  @Test
  void sidecarCountsForReadinessAndForTheStartButNotForTheEnd() {
    Pod pod =
        Serialization.unmarshal(
            """
            metadata: {name: p, namespace: n, uid: u, generation: 3}
            spec:
              restartPolicy: Never
              initContainers: [{name: s, restartPolicy: Always}]
              containers: [{name: a}]
            """,
            Pod.class);
    PodStatus starting = compute(pod, observation("s", "R"), observation("a", "W"));
    assertThat(starting.getPhase()).isEqualTo("Pending");
    assertThat(condition(starting, "Initialized").getStatus()).isEqualTo("True");
    PodStatus restarting = compute(pod, observation("s", "W"), observation("a", "R"));
    assertThat(condition(restarting, "Initialized").getStatus()).isEqualTo("True");
    assertThat(condition(restarting, "Ready").getMessage())
        .isEqualTo("containers with unready status: [s]");
    assertThat(compute(pod, observation("s", "R"), observation("a", "R")).getPhase())
        .isEqualTo("Running");
    PodStatus ended = compute(pod, observation("s", "1"), observation("a", "0"));
    assertThat(ended.getPhase()).isEqualTo("Succeeded");
    assertThat(condition(ended, "PodReadyToStartContainers").getStatus()).isEqualTo("False");
    assertThat(ended.getObservedGeneration()).isEqualTo(3);
    assertThat(condition(ended, "Ready").getObservedGeneration()).isEqualTo(3);
  }

  @Test
  void everyReadinessGateThatIsNotMetIsNamed() {
    Pod pod =
        Serialization.unmarshal(
            """
            metadata: {name: p, namespace: n, uid: u}
            spec:
              readinessGates: [{conditionType: x/absent}, {conditionType: x/no}, {conditionType: x/yes}]
              containers: [{name: a}]
            status:
              conditions: [{type: x/no, status: "False"}, {type: x/yes, status: "True"}]
            """,
            Pod.class);
    PodCondition ready = condition(compute(pod, observation("a", "R")), "Ready");
    assertThat(ready.getReason()).isEqualTo("ReadinessGatesNotReady");
    assertThat(ready.getMessage())
        .isEqualTo(
            "corresponding condition of pod readiness gate \"x/absent\" does not exist., the status"
                + " of pod readiness gate \"x/no\" is not \"True\", but False");
  }

  @Test
  void podThatNamesItsNodeItselfIsToldToBeScheduled() {
    String pod =
        "{metadata: {name: p}, spec: {containers: [{name: a}]}, status: {conditions: [%s]}}";
    Pod placed = Serialization.unmarshal("---\n" + pod.formatted(""), Pod.class);
    Pod scheduled =
        Serialization.unmarshal(
            "---\n" + pod.formatted("{type: PodScheduled, status: \"True\"}"), Pod.class);

    assertThat(condition(compute(placed, observation("a", "R")), "PodScheduled").getStatus())
        .isEqualTo("True");
    assertThat(compute(scheduled, observation("a", "R")).getConditions())
        .extracting(PodCondition::getType)
        .doesNotContain("PodScheduled");
  }

  /** As containerd's zero time is told by a kubelet. */
  @Test
  void containerWhoseProgramCouldNotBeStartedStartedIn1970AndDidNotRunSince() {
    Pod pod = one("Always");
    PodStatus status =
        compute(
            pod,
            new ContainerObservation(
                "a",
                new ContainerState.Terminated(
                    OptionalInt.of(128), "StartError", "no such file", Optional.empty(), NOW)));

    var end = status.getContainerStatuses().getFirst().getState().getTerminated();
    assertThat(end.getStartedAt()).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(Starts.had(end)).isFalse();
  }

  /** A kubelet says that it waits only once there is something to wait for. */
  @Test
  void betweenItsFirstTwoRunsAContainerHasEndedAndHasNotBeenRestarted() {
    ContainerState.Terminated end =
        new ContainerState.Terminated(OptionalInt.of(3), "Error", "", Optional.of(NOW), NOW);
    PodStatus status =
        compute(
            one("Always"),
            new ContainerObservation(
                "a",
                new ContainerState.Waiting("ContainerCreating", ""),
                Optional.empty(),
                Optional.empty(),
                0,
                Optional.of(end)));

    var container = status.getContainerStatuses().getFirst();
    assertThat(container.getState().getTerminated().getExitCode()).isEqualTo(3);
    assertThat(container.getState().getWaiting()).isNull();
    assertThat(container.getLastState().getTerminated()).isNull();
    assertThat(container.getRestartCount()).isZero();
    assertThat(status.getPhase()).isEqualTo("Running");
  }

  /**
   * It is started again all the same, as after a failed probe: such an end cannot be taken back.
   */
  @Test
  void anEndThatWouldBeForGoodIsNotToldWhileTheContainerIsStartedAgain() {
    ContainerState.Terminated end =
        new ContainerState.Terminated(OptionalInt.of(0), "Completed", "", Optional.of(NOW), NOW);
    PodStatus status =
        compute(
            one("OnFailure"),
            new ContainerObservation(
                "a",
                new ContainerState.Waiting("ContainerCreating", ""),
                Optional.empty(),
                Optional.empty(),
                0,
                Optional.of(end)));

    var container = status.getContainerStatuses().getFirst();
    assertThat(container.getState().getWaiting().getReason()).isEqualTo("ContainerCreating");
    assertThat(container.getLastState().getTerminated().getExitCode()).isZero();
  }

  private static Pod one(String policy) {
    return Serialization.unmarshal(
        "---\n{metadata: {name: p}, spec: {restartPolicy: %s, containers: [{name: a}]}}"
            .formatted(policy),
        Pod.class);
  }

  @Test
  void messageOfAWaitingContainerNamesIt() {
    Pod pod =
        Serialization.unmarshal(
            "---\n{metadata: {name: p}, spec: {containers: [{name: a}, {name: b}]}}", Pod.class);
    PodStatus status =
        PodStatusComputer.compute(
            new PodFacts(
                pod,
                new PodStatus(),
                null,
                1,
                Map.of(),
                new PodFacts.Waiting("CrashLoopBackOff", "of " + PodFacts.Waiting.CONTAINER),
                PodHealth.UNPROBED,
                false,
                "10.0.0.9",
                NOW));

    assertThat(status.getContainerStatuses())
        .extracting(s -> s.getState().getWaiting().getMessage())
        .containsExactly("of a", "of b");
  }

  @Test
  void whatAFailedInitContainerKeptFromStartingStillWaits() {
    Pod pod =
        Serialization.unmarshal(
            """
            metadata: {name: p}
            spec:
              restartPolicy: Never
              initContainers: [{name: i}, {name: j}]
              containers: [{name: a}]
            """,
            Pod.class);
    var never =
        new ContainerState.Terminated(
            OptionalInt.empty(), "NotStarted", "stopped", Optional.empty(), NOW);
    PodStatus status =
        compute(
            pod,
            observation("i", "2"),
            new ContainerObservation("j", never),
            new ContainerObservation("a", never));

    assertThat(status.getPhase()).isEqualTo("Failed");
    assertThat(status.getInitContainerStatuses().getLast().getState().getWaiting().getReason())
        .isEqualTo("PodInitializing");
    assertThat(status.getContainerStatuses().getFirst().getState().getWaiting().getReason())
        .isEqualTo("PodInitializing");
    assertThat(condition(status, "Initialized").getMessage())
        .isEqualTo("containers with incomplete status: [i j]");
  }

  @Test
  void unknownExitCodeIsNeverSuccess() {
    PodStatus status = compute("Never", new PodStatus(), "0", "?", "0");
    var terminated = status.getContainerStatuses().getFirst().getState().getTerminated();
    assertThat(terminated.getExitCode()).isEqualTo(137);
    assertThat(terminated.getReason()).isEqualTo("ContainerStatusUnknown");
    assertThat(status.getPhase()).isEqualTo("Failed");
  }

  @Test
  void transitionTimeOfAnUnchangedConditionStays() {
    PodStatus before =
        Serialization.unmarshal(
            "---\n{conditions: [{type: Ready, status: \"True\", lastTransitionTime: \"2020-01-01T00:00:00Z\"}]}",
            PodStatus.class);
    assertThat(condition(compute("Always", before, "0", "R", "R"), "Ready").getLastTransitionTime())
        .isEqualTo("2020-01-01T00:00:00Z");
    assertThat(condition(compute("Always", before, "0", "R", "0"), "Ready"))
        .satisfies(
            c -> {
              assertThat(c.getStatus()).isEqualTo("False");
              assertThat(c.getReason()).isEqualTo("ContainersNotReady");
              assertThat(c.getMessage()).isEqualTo("containers with unready status: [b]");
              assertThat(c.getLastTransitionTime()).isEqualTo("2026-01-01T00:00:00Z");
            });
  }
}
