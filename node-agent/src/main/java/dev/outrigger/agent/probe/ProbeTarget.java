package dev.outrigger.agent.probe;

import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A running container, as probes and hooks reach it.
 *
 * @param fieldPath of the container in the Pod, for events about it
 * @param run how often it was started before in the attempt, by the backend itself
 * @param podIp empty when the backend gives none
 */
public record ProbeTarget(
    PodAttempt attempt,
    String container,
    String fieldPath,
    int run,
    Instant startedAt,
    Optional<String> podIp) {

  /** The container, if it runs. */
  public static Optional<ProbeTarget> of(Pod pod, Container container, Workload workload) {
    return workload.containers().stream()
        .filter(c -> c.name().equals(container.getName()))
        .flatMap(
            c ->
                c.state() instanceof ContainerState.Running r
                    ? Stream.of(
                        new ProbeTarget(
                            workload.attempt(),
                            container.getName(),
                            fieldPath(pod, container.getName()),
                            c.restarts(),
                            r.startedAt(),
                            workload.podIp()))
                    : Stream.empty())
        .findFirst();
  }

  /** Whether it is an init container. */
  public boolean isInit() {
    return fieldPath.startsWith("spec.initContainers");
  }

  /** Of this run: that of the attempt and of the restarts in it together. */
  public int number() {
    return attempt.number() + run;
  }

  /** Every container that may run: init containers first. */
  public static List<Container> containers(Pod pod) {
    return Stream.concat(
            pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
        .toList();
  }

  /** As an Event's {@code involvedObject.fieldPath} names a container. */
  public static String fieldPath(Pod pod, String container) {
    boolean init =
        pod.getSpec().getInitContainers().stream().anyMatch(c -> c.getName().equals(container));
    return "spec.%s{%s}".formatted(init ? "initContainers" : "containers", container);
  }

  /** What was written of it, if that was that it runs, in this attempt and run. */
  public Optional<ContainerStatus> reportedRunning(PodStatus status) {
    return Stream.of(status.getInitContainerStatuses(), status.getContainerStatuses())
        .filter(Objects::nonNull)
        .flatMap(List::stream)
        .filter(s -> s.getName().equals(container))
        .filter(s -> s.getRestartCount() >= number())
        .filter(s -> s.getState() != null && s.getState().getRunning() != null)
        .findFirst();
  }
}
