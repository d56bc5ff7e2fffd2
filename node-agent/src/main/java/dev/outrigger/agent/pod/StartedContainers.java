package dev.outrigger.agent.pod;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Which containers have started between two statuses of a Pod. Pure. */
final class StartedContainers {

  private StartedContainers() {}

  /** As an Event's {@code involvedObject.fieldPath} names them. */
  static List<String> between(PodStatus before, PodStatus after) {
    return Stream.concat(
            started(before.getInitContainerStatuses(), after.getInitContainerStatuses())
                .map("spec.initContainers{%s}"::formatted),
            started(before.getContainerStatuses(), after.getContainerStatuses())
                .map("spec.containers{%s}"::formatted))
        .toList();
  }

  private static Stream<String> started(List<ContainerStatus> before, List<ContainerStatus> after) {
    return after.stream()
        .filter(s -> hasStarted(s.getState()))
        .filter(s -> !hadStarted(before, s))
        .map(ContainerStatus::getName);
  }

  private static boolean hadStarted(List<ContainerStatus> before, ContainerStatus now) {
    return before.stream()
        .filter(s -> s.getName().equals(now.getName()))
        .filter(s -> Objects.equals(s.getRestartCount(), now.getRestartCount()))
        .anyMatch(s -> hasStarted(s.getState()));
  }

  private static boolean hasStarted(ContainerState state) {
    return Optional.ofNullable(state)
        .filter(
            s ->
                s.getRunning() != null
                    || (s.getTerminated() != null && s.getTerminated().getStartedAt() != null))
        .isPresent();
  }
}
