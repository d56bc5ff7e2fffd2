package dev.outrigger.provider;

import java.util.List;
import java.util.Optional;

/**
 * One attempt of a Pod as the backend holds it.
 *
 * @param handle the backend's own name for it (task ARN, request id), for people and for tombstones
 * @param containers every container the backend knows, init containers included
 * @param podIp routable address, if it has one
 * @param stopping whether the backend is on its way to stop it
 * @param warning something a person should know about it (becomes an Event on the Pod), without
 *     effect on the status
 */
public record Workload(
    PodAttempt attempt,
    String handle,
    List<ContainerObservation> containers,
    Optional<String> podIp,
    boolean stopping,
    Optional<String> warning) {

  public Workload {
    containers = List.copyOf(containers);
  }

  public Workload(PodAttempt attempt, String handle, List<ContainerObservation> containers) {
    this(attempt, handle, containers, Optional.empty(), false, Optional.empty());
  }

  /** The same with this to say. */
  public Workload withWarning(String text) {
    return new Workload(attempt, handle, containers, podIp, stopping, Optional.of(text));
  }

  public PodKey key() {
    return attempt.key();
  }

  /** Whether every container has ended: such a workload uses nothing any more. */
  public boolean isTerminated() {
    return !containers.isEmpty()
        && containers.stream().allMatch(c -> c.state() instanceof ContainerState.Terminated);
  }
}
