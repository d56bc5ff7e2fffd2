package dev.outrigger.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What the restarts of containers by their backend change about attempts and their numbers. */
class BackendRestartsTest {

  private static final ContainerState RUNNING = new ContainerState.Running(Given.NOW);
  private static final ContainerState LOOPING =
      new ContainerState.Waiting("CrashLoopBackOff", "back-off 10s");
  private static final String TOLD =
      """
      phase: Running
      containerStatuses:
      - {name: a, restartCount: %d, state: {%s: {}}}
      - {name: b, restartCount: %d, state: {%s: {}}}
      """;

  @Test
  void attemptWhoseContainersWereStartedAgainIsStillTheCurrentOne() {
    assertThat(given(workload(LOOPING, 3, RUNNING)).decide()).isEqualTo(new PodAction.Report());
    assertThat(
            given(workload(RUNNING, 3, RUNNING))
                .status(TOLD.formatted(3, "running", 0, "running"))
                .decide())
        .isEqualTo(new PodAction.Report());
  }

  @Test
  void attemptThatFollowsItHasANumberAboveAllCounts() {
    ContainerState end =
        new ContainerState.Terminated(
            OptionalInt.of(1),
            "",
            "",
            Optional.of(Given.NOW.minusSeconds(100)),
            Given.NOW.minusSeconds(90));
    assertThat(
            given(workload(end, 3, end))
                .status(TOLD.formatted(3, "running", 0, "running"))
                .decide())
        .isEqualTo(new PodAction.Restart(4));
  }

  @Test
  void attemptWhoseNumberWasWrittenWaitsForTheEndOfTheOneBefore() {
    assertThat(
            given(workload(LOOPING, 3, RUNNING))
                .status(TOLD.formatted(4, "waiting", 4, "waiting"))
                .decide())
        .isEqualTo(new PodAction.Report());
  }

  @Test
  void itsBackOffGoesOnWhereTheBackendsWas() {
    ContainerState end =
        new ContainerState.Terminated(OptionalInt.of(1), "", "", Optional.of(Given.NOW), Given.NOW);
    assertThat(given(workload(end, 2, end)).decide())
        .isEqualTo(new PodAction.BackOff(Given.NOW.plusSeconds(20)));
  }

  private static Given given(Workload workload) {
    Pod pod =
        Serialization.unmarshal(
            """
            metadata: {name: p, namespace: ns, uid: u}
            spec: {restartPolicy: Always, containers: [{name: a}, {name: b}]}
            """,
            Pod.class);
    return new Given(pod).admitted().workload(workload);
  }

  private static Workload workload(ContainerState a, int restarts, ContainerState b) {
    var last =
        new ContainerState.Terminated(OptionalInt.of(1), "", "", Optional.of(Given.NOW), Given.NOW);
    return new Workload(
        new PodAttempt(Given.KEY, 0),
        "h",
        List.of(
            new ContainerObservation(
                "a", a, Optional.empty(), Optional.empty(), restarts, Optional.of(last)),
            new ContainerObservation("b", b)));
  }
}
