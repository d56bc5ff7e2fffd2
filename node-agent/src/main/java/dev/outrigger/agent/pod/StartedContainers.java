package dev.outrigger.agent.pod;

import dev.outrigger.agent.status.Starts;
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
        .filter(now -> hasStarted(find(before, now), now))
        .map(ContainerStatus::getName);
  }

  private static Optional<ContainerStatus> find(List<ContainerStatus> before, ContainerStatus now) {
    return before.stream().filter(s -> s.getName().equals(now.getName())).findFirst();
  }

  /** It runs or has run, or else an attempt came to its end that was not known to have begun. */
  private static boolean hasStarted(Optional<ContainerStatus> before, ContainerStatus now) {
    boolean ran = before.filter(b -> hasStarted(b.getState())).isPresent();
    boolean sameAttempt =
        before.filter(b -> Objects.equals(b.getRestartCount(), now.getRestartCount())).isPresent();
    if (hasStarted(now.getState())) {
      return !ran || !sameAttempt;
    }
    return !ran
        && hasStarted(now.getLastState())
        && !before.map(ContainerStatus::getLastState).equals(Optional.of(now.getLastState()));
  }

  private static boolean hasStarted(ContainerState state) {
    return Optional.ofNullable(state)
        .filter(
            s ->
                s.getRunning() != null
                    || (s.getTerminated() != null && Starts.had(s.getTerminated())))
        .isPresent();
  }
}
