package dev.outrigger.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.FileKeys;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LackingContainersTest {

  private static final Workload WORKLOAD =
      new Workload(
          new PodAttempt(new PodKey("uid", "default", "p"), 0),
          "handle",
          List.of(lacking("init"), lacking("main")));

  @Test
  void whatAContainerLacksIsToldOnceAndAgainWhenItIsSomethingElse() {
    PodStatus before = status("PodInitializing", "");
    PodStatus lacks = status(FileKeys.LACKING, "no key");

    assertThat(LackingContainers.between(before, lacks, WORKLOAD))
        .isEqualTo(
            Map.of("spec.initContainers{init}", "no key", "spec.containers{main}", "no key"));
    assertThat(LackingContainers.between(lacks, lacks, WORKLOAD)).isEmpty();
    assertThat(LackingContainers.between(lacks, status(FileKeys.LACKING, "no file"), WORKLOAD))
        .containsValue("no file");
    assertThat(LackingContainers.between(lacks, before, WORKLOAD)).isEmpty();
  }

  @Test
  void whatTheBackendHasNotSaidIsNotTold() {
    Workload other = new Workload(WORKLOAD.attempt(), "handle", List.of());
    assertThat(
            LackingContainers.between(
                status("PodInitializing", ""), status(FileKeys.LACKING, "no key"), other))
        .isEmpty();
  }

  private static ContainerObservation lacking(String name) {
    return new ContainerObservation(
        name,
        new ContainerState.Waiting(FileKeys.LACKING, "any"),
        Optional.empty(),
        Optional.empty());
  }

  private static PodStatus status(String reason, String message) {
    return new PodStatusBuilder()
        .withInitContainerStatuses(container("init", reason, message))
        .withContainerStatuses(container("main", reason, message))
        .build();
  }

  private static ContainerStatus container(String name, String reason, String message) {
    return new ContainerStatusBuilder()
        .withName(name)
        .withNewState()
        .withNewWaiting(message, reason)
        .endState()
        .build();
  }
}
