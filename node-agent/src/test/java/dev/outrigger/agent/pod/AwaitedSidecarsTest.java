package dev.outrigger.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When the backend is told that a sidecar has started. */
class AwaitedSidecarsTest {

  private static final ContainerState RUNNING = new ContainerState.Running(Given.NOW);
  private static final ContainerState WAITING = new ContainerState.Waiting("PodInitializing", "");
  private static final PodAction.Report REPORT = new PodAction.Report();
  private static final PodHealth STARTED =
      new PodHealth(3, Set.of(), Set.of(), Set.of(), List.of());

  @Test
  void sidecarThatHasStartedIsToldOnceForEachRun() {
    Given given = given(RUNNING, 1).health(STARTED);

    assertThat(given.decide())
        .isEqualTo(new PodAction.TellStarted(new PodAttempt(Given.KEY, 4), "probed"));
    assertThat(given.toldStarted("probed", 3).decide())
        .as("of the run before")
        .isInstanceOf(PodAction.TellStarted.class);
    assertThat(given.toldStarted("probed", 4).decide()).isEqualTo(REPORT);
  }

  @Test
  void sidecarThatHasNotStartedIsNotTold() {
    assertThat(
            given(RUNNING, 0)
                .health(new PodHealth(3, Set.of(), Set.of("probed"), Set.of(), List.of()))
                .decide())
        .as("its probe has not succeeded")
        .isEqualTo(REPORT);
    assertThat(given(RUNNING, 0).health(PodHealth.ofHooks(3, Set.of("probed"), Map.of())).decide())
        .as("its hook has not ended")
        .isEqualTo(REPORT);
    assertThat(given(WAITING, 0).health(STARTED).decide()).as("it does not run").isEqualTo(REPORT);
    assertThat(given(RUNNING, 0).decide())
        .as("nothing was found out yet in this attempt")
        .isEqualTo(REPORT);
  }

  private static Given given(ContainerState sidecar, int restarts) {
    Pod pod =
        Serialization.unmarshal(
            """
            metadata: {name: p, namespace: ns, uid: u}
            spec:
              restartPolicy: Always
              initContainers:
              - {name: plain, restartPolicy: Always}
              - {name: probed, restartPolicy: Always, startupProbe: {exec: {command: [up]}}}
              containers: [{name: c}]
            """,
            Pod.class);
    return new Given(pod)
        .admitted()
        .with(Trait.CONTAINER_RESTARTS)
        .workload(
            new Workload(
                new PodAttempt(Given.KEY, 3),
                "h",
                List.of(
                    new ContainerObservation("plain", RUNNING),
                    new ContainerObservation(
                        "probed",
                        sidecar,
                        Optional.empty(),
                        Optional.empty(),
                        restarts,
                        Optional.empty()),
                    new ContainerObservation("c", WAITING))));
  }
}
