package dev.outrigger.agent.pod;

import dev.outrigger.agent.observe.PodEvents;
import dev.outrigger.agent.status.BackOffState;
import dev.outrigger.agent.status.EphemeralContainers;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tells in Events, with the kubelet's words, what happened between two statuses of a Pod. */
final class PodNews {

  private final PodEvents events;

  PodNews(PodEvents events) {
    this.events = events;
  }

  void tell(PodKey pod, PodStatus before, PodStatus after) {
    StartedContainers.between(before, after)
        .forEach(path -> events.in(path).normal(pod, "Started", "Container started"));
    UnstartedContainers.between(before, after).forEach((path, why) -> failed(pod, path, why));
    EphemeralContainers.refusedBetween(before, after)
        .forEach(
            name ->
                failed(
                    pod,
                    "spec.ephemeralContainers{%s}".formatted(name),
                    EphemeralContainers.REFUSAL));
    Map<String, ContainerStatus> backedOff = backedOff(after);
    backedOff.keySet().removeAll(backedOff(before).keySet());
    backedOff.forEach((path, status) -> backOff(pod, events.in(path), status));
  }

  /** What containers lack to be created. */
  void tellLacks(PodKey pod, PodStatus before, PodStatus after, Workload workload) {
    LackingContainers.between(before, after, workload)
        .forEach((path, lack) -> failed(pod, path, lack));
  }

  private void failed(PodKey pod, String path, String why) {
    events.in(path).warning(pod, "Failed", "Error: " + why);
  }

  private static void backOff(PodKey pod, PodEvents events, ContainerStatus status) {
    if (BackOffState.ofImage(status.getState().getWaiting())) {
      events.normal(pod, "BackOff", BackOffState.pulling(status.getImage()));
      events.warning(pod, "Failed", "Error: ImagePullBackOff");
    } else {
      events.warning(
          pod,
          "BackOff",
          "Back-off restarting failed container %s in pod %s"
              .formatted(status.getName(), kubeletName(pod)));
    }
  }

  /** The containers that ended and wait to be started again, by their field paths. */
  private static Map<String, ContainerStatus> backedOff(PodStatus status) {
    Map<String, ContainerStatus> containers = new HashMap<>();
    add("spec.initContainers{%s}", status.getInitContainerStatuses(), containers);
    add("spec.containers{%s}", status.getContainerStatuses(), containers);
    return containers;
  }

  private static void add(
      String path, List<ContainerStatus> statuses, Map<String, ContainerStatus> containers) {
    statuses.stream()
        .filter(PodNews::isBackedOff)
        .forEach(s -> containers.put(path.formatted(s.getName()), s));
  }

  private static boolean isBackedOff(ContainerStatus status) {
    return status.getState() != null
        && BackOffState.is(status.getState().getWaiting())
        && (BackOffState.ofImage(status.getState().getWaiting())
            || (status.getLastState() != null && status.getLastState().getTerminated() != null));
  }

  /** A Pod as the kubelet's messages name it. */
  static String kubeletName(PodKey pod) {
    return "%s_%s(%s)".formatted(pod.name(), pod.namespace(), pod.uid());
  }
}
