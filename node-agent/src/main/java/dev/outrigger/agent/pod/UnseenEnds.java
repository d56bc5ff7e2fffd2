package dev.outrigger.agent.pod;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** An attempt of which the backend holds nothing: it has ended, nobody knows how. Pure. */
final class UnseenEnds {

  private UnseenEnds() {}

  /**
   * @param begun whether it may have started: its init containers are lost then, too
   */
  static Workload of(Pod pod, boolean begun, PodAttempt attempt, Instant now, String message) {
    var end =
        new ContainerState.Terminated(OptionalInt.empty(), "", message, Optional.empty(), now);
    Stream<Container> inits = begun ? pod.getSpec().getInitContainers().stream() : Stream.empty();
    List<ContainerObservation> containers =
        Stream.concat(inits, pod.getSpec().getContainers().stream())
            .map(c -> new ContainerObservation(c.getName(), end))
            .toList();
    return new Workload(attempt, "", containers);
  }
}
