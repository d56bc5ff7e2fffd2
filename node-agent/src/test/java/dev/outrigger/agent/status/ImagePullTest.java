package dev.outrigger.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The status of a Pod whose image cannot be pulled, as a kubelet words it. */
class ImagePullTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Workload UNPULLED =
      new Workload(
          new PodAttempt(new PodKey("u", "n", "p"), 0),
          "handle",
          List.of(
              new ContainerObservation(
                  "c",
                  new ContainerState.Terminated(
                      OptionalInt.empty(), "ErrImagePull", "not found", Optional.empty(), NOW),
                  Optional.empty(),
                  Optional.empty())));

  private static PodStatus status(
      String policy, @Nullable Workload workload, PodFacts.Waiting waiting) {
    Pod pod =
        Serialization.unmarshal(
            """
            metadata: {name: p, namespace: n, uid: u}
            spec: {restartPolicy: %s, containers: [{name: c, image: "x:1"}]}
            """
                .formatted(policy),
            Pod.class);
    return PodStatusComputer.compute(
        new PodFacts(
            pod,
            new PodStatus(),
            workload,
            0,
            Map.of(),
            waiting,
            PodHealth.UNPROBED,
            false,
            "10.0.0.1",
            NOW));
  }

  @Test
  void aPodThatIsTriedAgainIsPendingAndItsContainerWaits() {
    PodStatus status = status("Always", UNPULLED, PodFacts.Waiting.CREATING);

    var container = status.getContainerStatuses().getFirst();
    assertThat(status.getPhase()).isEqualTo("Pending");
    assertThat(container.getState().getWaiting().getReason()).isEqualTo("ErrImagePull");
    assertThat(container.getState().getWaiting().getMessage()).isEqualTo("not found");
  }

  @Test
  void betweenTheTriesItSaysWhichImageAndWhy() {
    PodStatus status =
        status(
            "OnFailure",
            null,
            new PodFacts.Waiting(
                BackOffState.CRASH_LOOP, "back-off 10s", BackOffState.unpulled(UNPULLED)));

    var container = status.getContainerStatuses().getFirst();
    assertThat(status.getPhase()).isEqualTo("Pending");
    assertThat(container.getState().getWaiting().getReason()).isEqualTo("ImagePullBackOff");
    assertThat(container.getState().getWaiting().getMessage())
        .isEqualTo("Back-off pulling image \"x:1\": ErrImagePull: not found");
    assertThat(container.getLastState().getTerminated()).isNull();
    assertThat(BackOffState.is(container.getState().getWaiting())).isTrue();
  }

  @Test
  void aPodThatIsNotTriedAgainHasFailed() {
    PodStatus status = status("Never", UNPULLED, PodFacts.Waiting.CREATING);

    assertThat(status.getPhase()).isEqualTo("Failed");
    assertThat(status.getContainerStatuses().getFirst().getState().getTerminated().getReason())
        .isEqualTo("ErrImagePull");
  }
}
