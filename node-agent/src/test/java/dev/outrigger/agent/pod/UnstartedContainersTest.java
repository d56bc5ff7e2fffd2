package dev.outrigger.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnstartedContainersTest {

  private static final PodStatus NOTHING = new PodStatus();

  @Test
  void aProgramThatCouldNotBeStartedIsToldOnce() {
    PodStatus ended = status(ended(0, "StartError", "no such file"));

    assertThat(UnstartedContainers.between(NOTHING, ended))
        .isEqualTo(Map.of("spec.containers{main}", "no such file"));
    assertThat(UnstartedContainers.between(ended, ended)).isEmpty();
    assertThat(
            UnstartedContainers.between(
                ended, status(waiting(ended(0, "StartError", "no such file")))))
        .as("that it waits for its next run is no second failure")
        .isEmpty();
  }

  @Test
  void aRunThatWasSeenOnlyAfterItsEndIsToldToo() {
    PodStatus waits = status(waiting(ended(0, "StartError", "no such file")));

    assertThat(UnstartedContainers.between(NOTHING, waits)).hasSize(1);
    assertThat(UnstartedContainers.between(waits, status(ended(1, "StartError", "other"))))
        .isEqualTo(Map.of("spec.containers{main}", "other"));
  }

  @Test
  void aProgramThatStartedAndFailedIsNot() {
    assertThat(UnstartedContainers.between(NOTHING, status(ended(0, "Error", "")))).isEmpty();
  }

  private static ContainerStatus ended(int restarts, String reason, String message) {
    return new ContainerStatusBuilder()
        .withName("main")
        .withRestartCount(restarts)
        .withState(
            new ContainerStateBuilder()
                .withNewTerminated()
                .withExitCode(128)
                .withReason(reason)
                .withMessage(message)
                .endTerminated()
                .build())
        .build();
  }

  private static ContainerStatus waiting(ContainerStatus ended) {
    return new ContainerStatusBuilder(ended)
        .withLastState(ended.getState())
        .withNewState()
        .withNewWaiting()
        .withReason("CrashLoopBackOff")
        .endWaiting()
        .endState()
        .build();
  }

  private static PodStatus status(ContainerStatus container) {
    return new PodStatusBuilder().withContainerStatuses(container).build();
  }
}
