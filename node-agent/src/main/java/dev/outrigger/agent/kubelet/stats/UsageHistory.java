package dev.outrigger.agent.kubelet.stats;

import dev.outrigger.provider.PodAttempt;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Remembers counters, to tell how fast they grow and to add up what has ended. */
final class UsageHistory {

  /** Rates over less say nothing: CPU time is counted in steps of 10 ms. */
  private static final Duration SHORTEST_WINDOW = Duration.ofSeconds(5);

  /** A container may be missing from a measurement and come back. */
  private static final Duration MEMORY = Duration.ofMinutes(30);

  /** A counter: one container of an attempt, or the whole of something. */
  record Key(Optional<PodAttempt> attempt, String name) {}

  /**
   * @param counted the counter's last value, which is in the total
   * @param base where the window for the rate starts
   */
  private record Seen(
      Instant at, long counted, Instant baseAt, long base, OptionalLong nanoCores) {}

  // Guarded by this.
  private final Map<Key, Seen> seen = new HashMap<>();
  private long total;

  /**
   * Takes in a measurement, unless a later one of the same counter is known.
   *
   * @return the rate in core-nanoseconds per second, over at least {@link #SHORTEST_WINDOW}
   */
  synchronized OptionalLong measured(Key key, Instant at, long nanos) {
    Seen before = seen.get(key);
    if (before == null) {
      total += nanos;
      seen.put(key, new Seen(at, nanos, at, nanos, OptionalLong.empty()));
      return OptionalLong.empty();
    }
    if (!at.isAfter(before.at)) {
      return before.nanoCores;
    }
    total += Math.max(0, nanos - before.counted);
    Seen now = next(before, at, nanos);
    seen.put(key, now);
    return now.nanoCores;
  }

  private static Seen next(Seen before, Instant at, long nanos) {
    Duration window = Duration.between(before.baseAt, at);
    if (nanos < before.base) {
      return new Seen(at, nanos, at, nanos, OptionalLong.empty()); // it started over
    }
    if (window.compareTo(SHORTEST_WINDOW) < 0) {
      return new Seen(at, nanos, before.baseAt, before.base, before.nanoCores);
    }
    double seconds = window.toNanos() / 1e9;
    long rate = Math.round((nanos - before.base) / seconds);
    return new Seen(at, nanos, at, nanos, OptionalLong.of(rate));
  }

  /**
   * Everything that was ever measured, ended or not, and forgets what was not seen for long.
   * INVARIANT: never decreases.
   */
  synchronized long total(Instant now) {
    Instant oldest = now.minus(MEMORY);
    seen.values().removeIf(s -> s.at.isBefore(oldest));
    return total;
  }
}
