package dev.outrigger.agent.status;

import static dev.outrigger.agent.status.Computed.compute;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodPhaseTest {

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
        Stream.of("W", "R", "0", "1", "W0", "W1").map(PodPhaseTest::status).toList();
    for (String policy : List.of("Always", "OnFailure", "Never")) {
      for (ContainerStatus init : states) {
        for (ContainerStatus sidecar : states) {
          for (ContainerStatus a : states) {
            for (ContainerStatus b : states) {
              assertThat(
                      PodPhase.of(restarts(policy), List.of(init), List.of(sidecar), List.of(a, b)))
                  .as("%s: %s, %s, %s and %s", policy, init, sidecar, a, b)
                  .isEqualTo(
                      KubeletPhase.of(policy, List.of(init), List.of(sidecar), List.of(a, b)));
            }
          }
        }
      }
    }
  }

  /** The Pod's policy, that of A's own and its rule's exit code, and how A and B ended. */
  @ParameterizedTest
  @CsvSource({
    "Always, Never, 7, 1, R, Running",
    "Always, Never, 7, 1, 0, Running",
    "Never, Always, 7, 0, 0, Running",
    "Never, OnFailure, 7, 1, 0, Running",
    "Never, OnFailure, 7, 0, 1, Failed",
    "Never, OnFailure, 7, 0, 0, Succeeded",
    "Never, Never, 7, 7, 0, Running",
    "Never, Never, 7, 6, 0, Failed",
    "OnFailure, Never, 7, 6, 0, Failed",
  })
  void phaseFollowsContainersOwnPoliciesAndRules(
      String ofPod, String ofA, int code, String a, String b, String phase) {
    PodSpec spec =
        new PodSpecBuilder()
            .withRestartPolicy(ofPod)
            .addNewContainer()
            .withName("a")
            .withRestartPolicy(ofA)
            .addNewRestartPolicyRule()
            .withAction("Restart")
            .withNewExitCodes()
            .withOperator("In")
            .withValues(code)
            .endExitCodes()
            .endRestartPolicyRule()
            .endContainer()
            .build();
    assertThat(
            PodPhase.of(
                Restarts.of(spec), List.of(), List.of(), List.of(named("a", a), named("b", b))))
        .isEqualTo(phase);
  }

  private static ContainerStatus named(String name, String state) {
    return new ContainerStatusBuilder(status(state)).withName(name).build();
  }

  private static Restarts restarts(String policy) {
    return Restarts.of(new PodSpecBuilder().withRestartPolicy(policy).build());
  }

  @Test
  void terminalPhaseIsNeverLeft() {
    PodStatus before = new PodStatus();
    before.setPhase("Failed");
    assertThat(compute("Always", before, "0", "R", "R").getPhase()).isEqualTo("Failed");
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
}
