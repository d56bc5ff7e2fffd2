package dev.outrigger.agent.pod;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.FileKeys;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Containers whose environment the backend cannot make, since two statuses of a Pod. Pure. */
final class LackingContainers {

  private LackingContainers() {}

  /** What they lack, by the field paths of the containers. */
  static Map<String, String> between(PodStatus before, PodStatus after, Workload workload) {
    Map<String, String> told = lacks(before, workload);
    Map<String, String> lacks = lacks(after, workload);
    lacks.entrySet().removeAll(told.entrySet());
    return lacks;
  }

  private static Map<String, String> lacks(PodStatus status, Workload workload) {
    Map<String, String> lacks = new HashMap<>();
    add("spec.initContainers{%s}", status.getInitContainerStatuses(), workload, lacks);
    add("spec.containers{%s}", status.getContainerStatuses(), workload, lacks);
    return lacks;
  }

  private static void add(
      String path, List<ContainerStatus> statuses, Workload workload, Map<String, String> lacks) {
    for (ContainerStatus status : statuses) {
      Optional.ofNullable(status.getState())
          .map(state -> state.getWaiting())
          .filter(waiting -> FileKeys.LACKING.equals(waiting.getReason()))
          .filter(waiting -> isSeen(workload, status.getName()))
          .ifPresent(
              waiting ->
                  lacks.put(
                      path.formatted(status.getName()),
                      Optional.ofNullable(waiting.getMessage()).orElse("")));
    }
  }

  private static boolean isSeen(Workload workload, String container) {
    return workload.containers().stream()
        .filter(c -> c.name().equals(container))
        .map(ContainerObservation::state)
        .anyMatch(
            s -> s instanceof ContainerState.Waiting w && w.reason().equals(FileKeys.LACKING));
  }
}
