package dev.outrigger.agent.pod;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Joins what is known of a workload with something newly heard. Pure. News may come out of order (a
 * poll's answer that was under way while an event arrived): states never go backwards.
 */
final class Observations {

  private Observations() {}

  static Workload merge(@Nullable Workload known, Workload heard) {
    if (known == null || heard.attempt().number() > known.attempt().number()) {
      return heard;
    }
    if (heard.attempt().number() < known.attempt().number()) {
      return known;
    }
    Map<String, ContainerObservation> before = new HashMap<>();
    known.containers().forEach(c -> before.put(c.name(), c));
    List<ContainerObservation> containers = new ArrayList<>();
    for (ContainerObservation container : heard.containers()) {
      containers.add(later(before.remove(container.name()), container));
    }
    containers.addAll(before.values());
    return new Workload(
        heard.attempt(),
        heard.handle(),
        containers,
        heard.podIp().isPresent() ? heard.podIp() : known.podIp(),
        heard.stopping() || known.stopping(),
        heard.warning().isPresent() ? heard.warning() : known.warning());
  }

  private static ContainerObservation later(
      @Nullable ContainerObservation known, ContainerObservation heard) {
    if (known == null || heard.restarts() > known.restarts()) {
      return heard;
    }
    if (heard.restarts() < known.restarts()) {
      return known;
    }
    if (rank(heard) > rank(known)) {
      return heard;
    }
    boolean keep =
        rank(heard) < rank(known)
            || (known.state() instanceof ContainerState.Terminated t
                && t.exitCode().isPresent()
                && heard.state() instanceof ContainerState.Terminated h
                && h.exitCode().isEmpty());
    return new ContainerObservation(
        heard.name(),
        keep ? known.state() : heard.state(),
        or(heard.containerId(), known.containerId()),
        or(heard.imageId(), known.imageId()),
        known.restarts(),
        or(keep ? known.last() : heard.last(), known.last()));
  }

  private static <T> Optional<T> or(Optional<T> first, Optional<T> second) {
    return first.isPresent() ? first : second;
  }

  /** Within one run; a sidecar that has ended waits until its next run begins. */
  private static int rank(ContainerObservation container) {
    return switch (container.state()) {
      case ContainerState.Waiting w -> container.last().isPresent() ? 2 : 0;
      case ContainerState.Running r -> 1;
      case ContainerState.Terminated t -> 3;
    };
  }
}
