package dev.outrigger.agent.pod;

import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that a decision about one Pod (one UID) rests on.
 *
 * @param pod as the API server has it; null when it has none
 * @param status the status last written, or the API server's; empty object when there is none
 * @param startTime the start time of that status; before it has one, the one that this agent gave
 *     the Pod with a write that nobody may have answered
 * @param overwritten the end that was written, by somebody else or without an answer, if the latest
 *     status says otherwise
 * @param deleted whether the Pod is known to be gone, rather than merely not seen
 * @param graceWhenGone of a Pod that was seen and is gone: how long its containers may take
 * @param workload what the backend holds of it; null when nothing is known
 * @param lost whether the backend said that it holds it no more
 * @param unanswered whether the backend may hold an attempt of which nothing was observed, since
 *     the answer to its creation was lost
 * @param stop when and with which grace its stop was last asked for
 * @param containerStops the same of single containers, by name; their {@code attempt} is the number
 *     of the run that was meant
 * @param started of which run of each sidecar the backend was told that it has started
 * @param health what probes have found
 * @param forgiven the last attempt that was seen to run for long; 0 for none
 * @param traits what is so of the backend
 */
record PodSituation(
    @Nullable Pod pod,
    PodStatus status,
    @Nullable String startTime,
    @Nullable PodStatus overwritten,
    boolean deleted,
    Duration graceWhenGone,
    @Nullable Workload workload,
    boolean lost,
    boolean unanswered,
    boolean admitted,
    @Nullable StopRequest stop,
    Map<String, StopRequest> containerStops,
    Map<String, Integer> started,
    PodHealth health,
    int forgiven,
    Set<Trait> traits,
    Instant now) {

  PodSituation {
    containerStops = Map.copyOf(containerStops);
    started = Map.copyOf(started);
    traits = Set.copyOf(traits);
  }

  /**
   * A stop that was asked for and acknowledged.
   *
   * @param attempt the latest that it was meant for
   */
  record StopRequest(Instant at, Duration grace, int attempt) {}

  /** {@code restartPolicy: Always} counts as Never. */
  boolean oneShot() {
    return traits.contains(Trait.ONE_SHOT);
  }

  PodSituation with(PodHealth latest) {
    return with(status, latest);
  }

  /** The same, after this was written: whatever else has come to be known since. */
  PodSituation with(PodStatus written) {
    return with(written, health);
  }

  private PodSituation with(PodStatus latestStatus, PodHealth latestHealth) {
    return new PodSituation(
        pod,
        latestStatus,
        startTime,
        overwritten,
        deleted,
        graceWhenGone,
        workload,
        lost,
        unanswered,
        admitted,
        stop,
        containerStops,
        started,
        latestHealth,
        forgiven,
        traits,
        now);
  }

  /** The latest attempt that anything is known of. */
  int latestAttempt() {
    return workload == null || isUnseen()
        ? PodDecision.attempt(status)
        : workload.attempt().number();
  }

  /** The stop that was asked for of the latest attempt; null for none. */
  @Nullable StopRequest latestStop() {
    return stop == null || stop.attempt() < latestAttempt() ? null : stop;
  }

  /**
   * Whether what the backend holds of the current attempt is not known (yet). What runs is the
   * current attempt, whatever number somebody wrote meanwhile: no other may start beside it.
   */
  boolean isUnseen() {
    return workload == null || (!isLive() && latestRun(workload) < PodDecision.attempt(status));
  }

  /**
   * The highest restart count that this attempt's containers, but for sidecars, can have been told
   * with: its number, and how often the backend started one of them again by itself.
   */
  int latestRun(Workload seen) {
    return seen.attempt().number() + MainContainers.restarts(pod, seen);
  }

  /** Whether something of it runs, or is about to. */
  boolean isLive() {
    return workload != null && !workload.isTerminated() && !lost;
  }
}
