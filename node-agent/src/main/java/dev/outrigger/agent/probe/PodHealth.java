package dev.outrigger.agent.probe;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the probes of one attempt have found so far. Containers without probes are started and ready
 * as soon as they run.
 *
 * @param attempt its number
 * @param unstarted containers whose start-up probe has not succeeded yet
 * @param unready containers whose readiness probe has not succeeded yet, or fails
 * @param unwell the first container found to be in need of a restart
 */
public record PodHealth(
    int attempt, Set<String> unstarted, Set<String> unready, Optional<Unwell> unwell) {

  public static final PodHealth UNPROBED = new PodHealth(0, Set.of(), Set.of(), Optional.empty());

  /**
   * A container whose liveness or start-up probe failed for good.
   *
   * @param grace of the stop, if the probe has its own
   */
  public record Unwell(String container, ProbeKind kind, Optional<Duration> grace) {

    /** In the kubelet's words. */
    public String message(boolean restarts) {
      return "Container %s failed %s probe".formatted(container, kind.word())
          + (restarts ? ", will be restarted" : "");
    }
  }

  public PodHealth {
    unstarted = Set.copyOf(unstarted);
    unready = Set.copyOf(unready);
  }

  /** Whether a running container counts as started. */
  public boolean isStarted(String container) {
    return !unstarted.contains(container);
  }

  /** Whether a running container counts as ready. */
  public boolean isReady(String container) {
    return isStarted(container) && !unready.contains(container);
  }

  /** Who needs a restart in this attempt. */
  public Optional<Unwell> unwellIn(int number) {
    return attempt == number ? unwell : Optional.empty();
  }

  static PodHealth of(int attempt, Map<String, ContainerProbes> containers) {
    return new PodHealth(
        attempt,
        names(containers, c -> !c.isStarted()),
        names(containers, c -> !c.isReady()),
        containers.values().stream().flatMap(c -> c.unwell().stream()).findFirst());
  }

  private static Set<String> names(
      Map<String, ContainerProbes> containers,
      java.util.function.Predicate<ContainerProbes> chosen) {
    return containers.entrySet().stream()
        .filter(e -> chosen.test(e.getValue()))
        .map(Map.Entry::getKey)
        .collect(java.util.stream.Collectors.toSet());
  }
}
