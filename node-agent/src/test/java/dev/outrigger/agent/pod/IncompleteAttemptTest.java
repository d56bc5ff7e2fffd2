package dev.outrigger.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What follows the end of a container that its backend starts no more, while others run. */
class IncompleteAttemptTest {

  private static final ContainerState RUNNING = new ContainerState.Running(Given.NOW);
  private static final PodAction REPORT = new PodAction.Report();
  private static final PodAction STOP = new PodAction.StopIncomplete("a", Duration.ofSeconds(30));

  @Test
  void podThatRunsAlwaysIsRestartedAsAWholeWhenOneOfItsContainersHasEnded() {
    for (int code : new int[] {0, 3}) {
      assertThat(given("Always", workload(false, ended(code), RUNNING)).decide()).isEqualTo(STOP);
    }
    Workload all = workload(true, ended(3), ended(143));
    assertThat(given("Always", all).stopped(30, 0).decide()).isEqualTo(new PodAction.Restart(1));
  }

  @Test
  void itsStopIsAskedForOnce() {
    Workload one = workload(false, ended(3), RUNNING);
    assertThat(given("Always", one).stopped(30, 0).decide()).isEqualTo(REPORT);
  }

  @Test
  void backendThatStopsItByItselfIsNotAsked() {
    assertThat(given("Always", workload(true, ended(3), RUNNING)).decide()).isEqualTo(REPORT);
  }

  @Test
  void otherPoliciesWaitForTheRest() {
    for (String policy : List.of("OnFailure", "Never")) {
      assertThat(given(policy, workload(false, ended(3), RUNNING)).decide()).isEqualTo(REPORT);
    }
    assertThat(given("Always", workload(false, ended(3), RUNNING)).oneShot().decide())
        .as("a single run")
        .isEqualTo(REPORT);
  }

  @Test
  void nothingIsRestartedWhileAllRunOrHaveYetToStart() {
    ContainerState waiting = new ContainerState.Waiting("ContainerCreating", "");
    assertThat(given("Always", workload(false, waiting, RUNNING)).decide()).isEqualTo(REPORT);
    assertThat(given("Always", workload(false, RUNNING, RUNNING)).decide()).isEqualTo(REPORT);
  }

  private static Given given(String policy, Workload workload) {
    Pod pod =
        Serialization.unmarshal(
            """
            metadata: {name: p, namespace: ns, uid: u}
            spec: {restartPolicy: %s, containers: [{name: a}, {name: b}]}
            """
                .formatted(policy),
            Pod.class);
    return new Given(pod).admitted().workload(workload);
  }

  private static ContainerState ended(int code) {
    return new ContainerState.Terminated(
        OptionalInt.of(code), "", "", Optional.of(Given.NOW), Given.NOW);
  }

  private static Workload workload(boolean stopping, ContainerState a, ContainerState b) {
    return new Workload(
        new PodAttempt(Given.KEY, 0),
        "h",
        List.of(new ContainerObservation("a", a), new ContainerObservation("b", b)),
        Optional.empty(),
        stopping,
        Optional.empty());
  }
}
