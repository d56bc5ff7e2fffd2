package dev.outrigger.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodStatusComputerTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.5Z");

  /**
   * I: init container, A and B: main ones. W waiting, R running, a number an exit code, ? unknown.
   */
  @ParameterizedTest
  @CsvSource({
    "Always, W, W, W, Pending",
    "Always, R, W, W, Pending",
    "Always, 0, R, R, Running",
    "Always, 0, R, 1, Running",
    "Always, 0, 0, 0, Running",
    "Never, 1, W, W, Failed",
    "OnFailure, 1, W, W, Pending",
    "Never, 0, 0, 0, Succeeded",
    "Never, 0, 0, 3, Failed",
    "Never, 0, 0, ?, Failed",
    "Never, 0, 0, R, Running",
    "OnFailure, 0, 0, 0, Succeeded",
    "OnFailure, 0, 0, 1, Running",
  })
  void phaseIsTheKubelets(String policy, String init, String a, String b, String phase) {
    PodStatus status = compute(policy, new PodStatus(), init, a, b);
    assertThat(status.getPhase()).isEqualTo(phase);
  }

  /** Every combination of an init container, a sidecar and two main ones, for each policy. */
  @Test
  void phaseOfEveryCombinationIsTheKubelets() {
    List<ContainerStatus> states =
        Stream.of("W", "R", "0", "1", "W0", "W1").map(PodStatusComputerTest::status).toList();
    for (String policy : List.of("Always", "OnFailure", "Never")) {
      for (ContainerStatus init : states) {
        for (ContainerStatus sidecar : states) {
          for (ContainerStatus a : states) {
            for (ContainerStatus b : states) {
              assertThat(PodPhase.of(policy, List.of(init), List.of(sidecar), List.of(a, b)))
                  .as("%s: %s, %s, %s and %s", policy, init, sidecar, a, b)
                  .isEqualTo(
                      KubeletPhase.of(policy, List.of(init), List.of(sidecar), List.of(a, b)));
            }
          }
        }
      }
    }
  }

  /** W waits, R runs, a number is an exit code; after W, how it ended before. */
  private static ContainerStatus status(String state) {
    ContainerStatusBuilder status = new ContainerStatusBuilder().withName(state);
    String last = state.substring(1);
    if (!last.isEmpty()) {
      status
          .withNewLastState()
          .withNewTerminated()
          .withExitCode(Integer.parseInt(last))
          .endTerminated()
          .endLastState();
    }
    return switch (state.charAt(0)) {
      case 'W' -> status.withNewState().withNewWaiting().endWaiting().endState().build();
      case 'R' ->
          status.withStarted(true).withNewState().withNewRunning().endRunning().endState().build();
      default ->
          status
              .withNewState()
              .withNewTerminated()
              .withExitCode(Integer.parseInt(state))
              .endTerminated()
              .endState()
              .build();
    };
  }

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
  void terminalPhaseIsNeverLeft() {
    PodStatus before = new PodStatus();
    before.setPhase("Failed");
    assertThat(compute("Always", before, "0", "R", "R").getPhase()).isEqualTo("Failed");
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

  @Test
  void patchHoldsOnlyWhatChangedAndTheUid() {
    PodStatus before = compute("Always", new PodStatus(), "0", "R", "R");
    assertThat(StatusPatch.between("u", before, before)).isEmpty();
    PodStatus after = compute("Always", before, "0", "R", "0");
    String patch = StatusPatch.between("u", before, after).orElseThrow();
    assertThat(patch)
        .contains("\"uid\":\"u\"", "\"containerStatuses\"", "ContainersNotReady")
        .doesNotContain("\"phase\"", "initContainerStatuses", "\"hostIP\"", "Initialized");
  }

  @Test
  void messageOfAConditionThatHasNoneAnyMoreIsCleared() {
    PodStatus before = compute("Always", new PodStatus(), "0", "R", "W");
    PodStatus after = compute("Always", before, "0", "R", "R");
    assertThat(StatusPatch.between("u", before, after).orElseThrow())
        .contains("\"reason\":null", "\"message\":null");
  }

  private static PodCondition condition(PodStatus status, String type) {
    return status.getConditions().stream()
        .filter(c -> type.equals(c.getType()))
        .findFirst()
        .orElseThrow();
  }

  private static PodStatus compute(
      String policy, PodStatus before, String init, String a, String b) {
    Pod pod =
        Serialization.unmarshal(
            """
            metadata: {name: p, namespace: n, uid: u}
            spec:
              restartPolicy: %s
              initContainers: [{name: i}]
              containers: [{name: a}, {name: b}]
            """
                .formatted(policy),
            Pod.class);
    return compute(
        pod, before, List.of(observation("i", init), observation("a", a), observation("b", b)));
  }

  private static PodStatus compute(Pod pod, ContainerObservation... containers) {
    return compute(pod, new PodStatus(), List.of(containers));
  }

  private static PodStatus compute(
      Pod pod, PodStatus before, List<ContainerObservation> containers) {
    Workload workload = new Workload(new PodAttempt(new PodKey("u", "n", "p"), 0), "h", containers);
    return PodStatusComputer.compute(
        new PodFacts(
            pod,
            before,
            workload,
            0,
            Map.of(),
            PodFacts.Waiting.CREATING,
            PodHealth.UNPROBED,
            false,
            "10.0.0.9",
            NOW));
  }

  private static ContainerObservation observation(String name, String state) {
    return new ContainerObservation(
        name,
        switch (state) {
          case "W" -> new ContainerState.Waiting("ContainerCreating", "");
          case "R" -> new ContainerState.Running(NOW);
          case "?" ->
              new ContainerState.Terminated(OptionalInt.empty(), "", "", Optional.of(NOW), NOW);
          default ->
              new ContainerState.Terminated(
                  OptionalInt.of(Integer.parseInt(state)), "", "", Optional.of(NOW), NOW);
        });
  }
}
