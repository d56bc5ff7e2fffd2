package dev.outrigger.agent.pod;

import dev.outrigger.agent.status.Restarts;
import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.Sidecars;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the ends of a Pod's containers, but for its sidecars, mean under its restart policy. Pure.
 */
final class MainContainers {

  private MainContainers() {}

  /**
   * Whether the next attempt follows once all of this one have ended: not if an init container has
   * failed for good, nor if each of the others stays ended.
   */
  static boolean restart(Restarts restarts, Pod pod, Workload workload, PodStatus status) {
    if ("Always".equals(restarts.policy()) && !restarts.anyHasOwn()) {
      return true;
    }
    Optional<ContainerObservation> failed =
        withoutSidecars(pod, workload)
            .filter(
                c -> !isMain(c, pod) && !hasSucceeded(c.name(), status.getInitContainerStatuses()))
            .filter(c -> exitCode(c).orElse(0) != 0)
            .findFirst();
    return failed.isPresent()
        ? isAgain(failed.get(), restarts)
        : withoutSidecars(pod, workload)
            .filter(c -> isMain(c, pod) && !isDone(c.name(), restarts, status))
            .anyMatch(c -> isAgain(c, restarts));
  }

  private static boolean isAgain(ContainerObservation ended, Restarts restarts) {
    return exitCode(ended).isPresent()
        && restarts.isAgain(ended.name(), exitCode(ended).getAsInt());
  }

  /** As the status tells it. */
  private static OptionalInt exitCode(ContainerObservation container) {
    return container.state() instanceof ContainerState.Terminated t
        ? OptionalInt.of(t.exitCode().orElse(Restarts.UNKNOWN_EXIT_CODE))
        : OptionalInt.empty();
  }

  private static boolean isMain(ContainerObservation container, Pod pod) {
    return pod.getSpec().getContainers().stream()
        .anyMatch(main -> main.getName().equals(container.name()));
  }

  /** Whether all that runs has run well before, in an attempt whose other containers failed. */
  static boolean areDone(Restarts restarts, Pod pod, Workload workload, PodStatus status) {
    return ("OnFailure".equals(restarts.policy()) || restarts.anyHasOwn())
        && statuses(status).size() == pod.getSpec().getContainers().size()
        && withoutSidecars(pod, workload)
            .allMatch(
                c ->
                    isToldDone(c.name(), restarts, status)
                        || (c.state() instanceof ContainerState.Terminated t
                            && t.exitCode().orElse(1) == 0
                            && (!isMain(c, pod) || !restarts.isAgain(c.name(), 0))));
  }

  /** What decides how the Pod ends. */
  private static Stream<ContainerObservation> withoutSidecars(Pod pod, Workload workload) {
    Set<String> sidecars = Sidecars.names(pod.getSpec());
    return workload.containers().stream().filter(c -> !sidecars.contains(c.name()));
  }

  /**
   * How often the backend started the one again that it did most often; init containers count, so
   * that no run of theirs has the number of a later attempt.
   *
   * @param pod null when it is not known: then any container's count
   */
  static int restarts(@Nullable Pod pod, Workload workload) {
    return (pod == null ? workload.containers().stream() : withoutSidecars(pod, workload))
        .mapToInt(ContainerObservation::restarts)
        .max()
        .orElse(0);
  }

  /** Whether every one has ended, or can never start. */
  static boolean allEnded(Pod pod, Workload workload) {
    Set<String> ended =
        withoutSidecars(pod, workload)
            .filter(c -> c.state() instanceof ContainerState.Terminated)
            .map(ContainerObservation::name)
            .collect(Collectors.toSet());
    return withoutSidecars(pod, workload).count() == ended.size()
        && pod.getSpec().getContainers().stream().allMatch(c -> ended.contains(c.getName()));
  }

  /** A main container that has ended for good, though it is to run always. */
  static Optional<String> ended(Restarts restarts, Pod pod, Workload workload) {
    return workload.containers().stream()
        .filter(c -> isMain(c, pod))
        .filter(c -> c.state() instanceof ContainerState.Terminated)
        .filter(c -> "Always".equals(restarts.policyOf(c.name())))
        .map(ContainerObservation::name)
        .findFirst();
  }

  /** Whether it was told to have ended for good, as a main container. */
  private static boolean isToldDone(String container, Restarts restarts, PodStatus status) {
    return statuses(status).stream()
        .filter(s -> s.getName().equals(container) && s.getState() != null)
        .map(s -> s.getState().getTerminated())
        .anyMatch(end -> end != null && restarts.isDone(container, end.getExitCode()));
  }

  /** Whether it was told to have ended well, for good. */
  private static boolean isDone(String container, Restarts restarts, PodStatus status) {
    return !restarts.isAgain(container, 0) && hasSucceeded(container, statuses(status));
  }

  private static boolean hasSucceeded(String container, List<ContainerStatus> told) {
    return told.stream()
        .filter(s -> s.getName().equals(container))
        .map(ContainerStatus::getState)
        .anyMatch(
            s -> s != null && s.getTerminated() != null && s.getTerminated().getExitCode() == 0);
  }

  private static List<ContainerStatus> statuses(PodStatus status) {
    return Optional.ofNullable(status.getContainerStatuses()).orElse(List.of());
  }
}
