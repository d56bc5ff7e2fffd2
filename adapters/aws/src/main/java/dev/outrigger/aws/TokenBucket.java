package dev.outrigger.aws;

import dev.outrigger.aws.ApiBucket.Rate;
import java.time.Duration;

/**
 * A token bucket whose tokens are reserved in order of asking: the balance may go below zero, and
 * whoever took it there waits until its own token has come back. Time is given as nanoseconds of
 * any monotonic origin.
 *
 * <p>Adapts: each throttled answer empties it and slows it (at most once a second, down to a fifth
 * of its rate, since others may share the account's budget), each accepted one speeds it up again,
 * a slow bucket by more: ten seconds' worth of accepted calls are enough for any.
 */
final class TokenBucket {

  private static final double SLOWEST = 0.2;
  private static final double SLOW_DOWN = 0.7;
  private static final double SPEED_UP = 0.02;
  private static final double SPEED_UP_PER_SECOND = 0.1;
  private static final double NANOS = 1e9;

  private final Rate rate;

  // All below guarded by this.
  private double tokens;
  private double factor = 1;
  private long refilledAt;
  private long slowedAt;

  TokenBucket(Rate rate, long now) {
    this.rate = rate;
    this.tokens = rate.burst();
    this.refilledAt = now;
    this.slowedAt = now - Duration.ofSeconds(1).toNanos();
  }

  /**
   * Takes a token that will be there within the limit.
   *
   * @return how long to wait before using it; longer than the limit means that none was taken
   */
  synchronized Duration reserve(long now, Duration limit) {
    refill(now);
    double missing = 1 - tokens;
    Duration wait =
        missing <= 0
            ? Duration.ZERO
            : Duration.ofNanos((long) Math.ceil(missing / perSecond() * NANOS));
    if (wait.compareTo(limit) <= 0) {
      tokens -= 1;
    }
    return wait;
  }

  /** The backend refused a call although it had a token. */
  synchronized void throttled(long now) {
    refill(now);
    if (now - slowedAt >= NANOS) {
      slowedAt = now;
      factor = Math.max(SLOWEST, factor * SLOW_DOWN);
      tokens = Math.min(tokens, 0);
    }
  }

  /** The backend took a call. */
  synchronized void accepted() {
    factor = Math.min(1, factor + Math.max(SPEED_UP, SPEED_UP_PER_SECOND / rate.perSecond()));
  }

  private void refill(long now) {
    double earned = Math.max(0, now - refilledAt) / NANOS * perSecond();
    tokens = Math.min(rate.burst(), tokens + earned);
    refilledAt = Math.max(refilledAt, now);
  }

  private double perSecond() {
    return rate.perSecond() * factor;
  }
}
