package dev.outrigger.agent.probe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the probes and postStart hooks of one attempt have found so far. Containers without probes
 * are started and ready as soon as they run.
 *
 * @param attempt its number
 * @param starting containers whose postStart hook has not ended: not to be reported as running
 * @param unstarted containers whose start-up probe has not succeeded yet
 * @param unready containers whose readiness probe has not succeeded yet, or fails
 * @param unwell the containers found to be in need of a restart
 */
public record PodHealth(
    int attempt,
    Set<String> starting,
    Set<String> unstarted,
    Set<String> unready,
    List<Unwell> unwell) {

  public static final PodHealth UNPROBED =
      new PodHealth(0, Set.of(), Set.of(), Set.of(), List.of());

  /**
   * A container whose liveness or start-up probe failed for good, or its postStart hook.
   *
   * @param run how often it was started before in the attempt, by the backend itself
   * @param probe empty means the hook
   * @param grace of the stop, if the probe has its own
   */
  public record Unwell(
      String container, int run, Optional<ProbeKind> probe, Optional<Duration> grace) {

    /**
     * Why the container is stopped, in the kubelet's words.
     *
     * @param init whether it is an init container
     * @param again whether it is started again in any case
     */
    public String message(boolean init, boolean again) {
      return probe
          .map(
              kind ->
                  "%s %s failed %s probe%s"
                      .formatted(
                          init ? "Init container" : "Container",
                          container,
                          kind.word(),
                          again && !init ? ", will be restarted" : ""))
          .orElse("FailedPostStartHook");
    }
  }

  public PodHealth {
    starting = Set.copyOf(starting);
    unstarted = Set.copyOf(unstarted);
    unready = Set.copyOf(unready);
    unwell = List.copyOf(unwell);
  }

  /**
   * @param starting containers whose postStart hook has not ended well
   * @param failed those of them whose hook has failed, with the run in which it did
   */
  public static PodHealth ofHooks(int attempt, Set<String> starting, Map<String, Integer> failed) {
    List<Unwell> unwell = new ArrayList<>();
    failed.forEach(
        (name, run) -> unwell.add(new Unwell(name, run, Optional.empty(), Optional.empty())));
    return new PodHealth(attempt, starting, Set.of(), Set.of(), unwell);
  }

  /** What is known from both, of the later attempt. */
  public PodHealth and(PodHealth other) {
    if (attempt != other.attempt) {
      return attempt > other.attempt ? this : other;
    }
    List<Unwell> all = new ArrayList<>(unwell);
    all.addAll(other.unwell);
    return new PodHealth(
        attempt,
        union(starting, other.starting),
        union(unstarted, other.unstarted),
        union(unready, other.unready),
        all);
  }

  private static Set<String> union(Set<String> some, Set<String> others) {
    Set<String> all = new HashSet<>(some);
    all.addAll(others);
    return all;
  }

  /** Whether a container that runs is still to be reported as being created. */
  public boolean isStarting(String container) {
    return starting.contains(container);
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
  public List<Unwell> unwellIn(int number) {
    return attempt == number ? unwell : List.of();
  }

  static PodHealth of(int attempt, Map<String, ContainerProbes> containers) {
    return new PodHealth(
        attempt,
        Set.of(),
        names(containers, c -> !c.isStarted()),
        names(containers, c -> !c.isReady()),
        containers.values().stream().flatMap(c -> c.unwell().stream()).toList());
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
