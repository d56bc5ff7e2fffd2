package dev.outrigger.agent.pod;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** How containers ended, by their names, as a status tells it. Pure. */
final class ContainerEnds {

  private ContainerEnds() {}

  /** Of the runs before the current ones. */
  static Map<String, ContainerState> last(PodStatus status) {
    return ends(status, ContainerStatus::getLastState);
  }

  /** Of the current runs. */
  static Map<String, ContainerState> current(PodStatus status) {
    return ends(status, ContainerStatus::getState);
  }

  private static Map<String, ContainerState> ends(
      PodStatus status, Function<ContainerStatus, ContainerState> which) {
    Map<String, ContainerState> ends = new HashMap<>();
    Stream.concat(
            status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream())
        .forEach(
            s -> {
              ContainerState state = which.apply(s);
              if (state != null && state.getTerminated() != null) {
                ends.put(s.getName(), state);
              }
            });
    return ends;
  }
}
