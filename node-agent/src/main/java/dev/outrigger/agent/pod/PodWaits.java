package dev.outrigger.agent.pod;

import dev.outrigger.agent.status.PodPhase;
import dev.outrigger.provider.Trait;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** When a Pod is looked at again by itself, whatever else may wake it before. */
final class PodWaits {

  /** How long a condition may differ from what was written, as the kubelet's status manager. */
  private static final Duration DRIFT_PATIENCE = Duration.ofSeconds(10);

  private final WorkQueue queue;
  private final Set<Trait> traits;
  private final Clock clock;

  PodWaits(WorkQueue queue, Set<Trait> traits, Clock clock) {
    this.queue = queue;
    this.traits = traits;
    this.clock = clock;
  }

  /** After a Pod was looked at: for its stop, its active deadline, and what others have changed. */
  void set(PodEntry entry) {
    awaitStop(entry);
    awaitDeadline(entry);
    awaitDrift(entry);
  }

  /** What has differed for so long that somebody else wrote it. */
  Optional<PodStatus> drift(PodEntry entry) {
    Instant patience = clock.instant().minus(DRIFT_PATIENCE);
    return entry
        .driftSince(clock.instant())
        .filter(since -> !since.isAfter(patience))
        .flatMap(since -> entry.takeDrift());
  }

  /** A stop that does not come to its end is asked for again, whatever woke the Pod meanwhile. */
  private void awaitStop(PodEntry entry) {
    PodSituation now = entry.situation(traits, clock.instant());
    if (now.isLive()) {
      Stream.concat(Stream.ofNullable(now.latestStop()), now.containerStops().values().stream())
          .map(stop -> stop.at().plus(stop.grace()).plus(PodDecision.STOP_PATIENCE).plusSeconds(1))
          .filter(due -> due.isAfter(now.now()))
          .min(Instant::compareTo)
          .ifPresent(due -> queue.addAfter(entry.key().uid(), Duration.between(now.now(), due)));
    }
  }

  /** What differs may be an echo that is older than the last write: that settles itself. */
  void awaitDrift(PodEntry entry) {
    Instant now = clock.instant();
    entry
        .driftSince(now)
        .ifPresent(
            since ->
                queue.addAfter(
                    entry.key().uid(),
                    Duration.between(now, since.plus(DRIFT_PATIENCE)).plusMillis(1)));
  }

  /** Whatever else it waits for, a Pod is looked at again when its active deadline passes. */
  private void awaitDeadline(PodEntry entry) {
    PodSituation now = entry.situation(traits, clock.instant());
    if (now.pod() != null && !PodPhase.isTerminal(PodDecision.phase(now.status()))) {
      ActiveDeadline.of(now.pod(), now.startTime())
          .filter(now.now()::isBefore)
          .ifPresent(at -> queue.addAfter(entry.key().uid(), Duration.between(now.now(), at)));
    }
  }
}
