package dev.outrigger.agent.pod;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Containers whose program could not be started, since two statuses of a Pod. Pure. */
final class UnstartedContainers {

  /** What a container runtime calls it, and the kubelet after it. */
  private static final String REASON = "StartError";

  private UnstartedContainers() {}

  /** Why they could not, by the field paths of the containers. */
  static Map<String, String> between(PodStatus before, PodStatus after) {
    Map<String, ContainerStateTerminated> since = unstarted(after);
    since.entrySet().removeAll(unstarted(before).entrySet());
    Map<String, String> reasons = new HashMap<>();
    since.forEach(
        (path, end) -> reasons.put(path, Optional.ofNullable(end.getMessage()).orElse(REASON)));
    return reasons;
  }

  private static Map<String, ContainerStateTerminated> unstarted(PodStatus status) {
    Map<String, ContainerStateTerminated> ends = new HashMap<>();
    add("spec.initContainers{%s}", status.getInitContainerStatuses(), ends);
    add("spec.containers{%s}", status.getContainerStatuses(), ends);
    return ends;
  }

  private static void add(
      String path, List<ContainerStatus> statuses, Map<String, ContainerStateTerminated> ends) {
    for (ContainerStatus status : statuses) {
      Stream.of(status.getState(), status.getLastState())
          .flatMap(Stream::ofNullable)
          .map(ContainerState::getTerminated)
          .flatMap(Stream::ofNullable)
          .findFirst()
          .filter(end -> REASON.equals(end.getReason()))
          .ifPresent(end -> ends.put(path.formatted(status.getName()), end));
    }
  }
}
