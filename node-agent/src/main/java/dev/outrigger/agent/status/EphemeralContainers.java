package dev.outrigger.agent.status;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Ephemeral containers ({@code kubectl debug}). No backend adds a container to what runs, so each
 * is told, once, to have failed to start; that ends kubectl's waiting for it. Pure.
 */
public final class EphemeralContainers {

  /** For people: why, and what to do instead. */
  public static final String REFUSAL =
      "this node cannot add a container to a running Pod; use kubectl exec";

  private static final int NOT_STARTED = 128;

  private EphemeralContainers() {}

  static List<ContainerStatus> statuses(PodFacts facts) {
    return of(facts.pod()).stream()
        .map(
            container ->
                known(facts.before(), container.getName())
                    .orElseGet(() -> refused(container, facts)))
        .toList();
  }

  /** The names of those that a status tells of for the first time. */
  public static Set<String> refusedBetween(PodStatus before, PodStatus after) {
    return after.getEphemeralContainerStatuses().stream()
        .map(ContainerStatus::getName)
        .filter(name -> known(before, name).isEmpty())
        .collect(Collectors.toSet());
  }

  private static List<EphemeralContainer> of(Pod pod) {
    return Optional.ofNullable(pod.getSpec().getEphemeralContainers()).orElse(List.of());
  }

  private static Optional<ContainerStatus> known(PodStatus status, String name) {
    return Optional.ofNullable(status.getEphemeralContainerStatuses()).orElse(List.of()).stream()
        .filter(s -> s.getName().equals(name))
        .findFirst();
  }

  private static ContainerStatus refused(EphemeralContainer container, PodFacts facts) {
    String now = ContainerStatuses.time(facts.now());
    return new ContainerStatusBuilder()
        .withName(container.getName())
        .withImage(container.getImage())
        .withImageID("")
        .withReady(false)
        .withRestartCount(0)
        .withNewState()
        .withNewTerminated()
        .withExitCode(NOT_STARTED)
        .withReason("StartError")
        .withMessage(REFUSAL)
        .withStartedAt(now)
        .withFinishedAt(now)
        .endTerminated()
        .endState()
        .build();
  }
}
