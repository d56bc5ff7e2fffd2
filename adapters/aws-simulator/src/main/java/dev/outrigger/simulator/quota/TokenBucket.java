package dev.outrigger.simulator.quota;

/** A token bucket that starts full. Thread-safe. */
final class TokenBucket {
  private static final double NANOS = 1e9;

  private final double burst;
  private final double perSecond;

  /** Guarded by this. */
  private double tokens;

  /** Guarded by this. */
  private long updated;

  TokenBucket(double burst, double perSecond, long now) {
    this.burst = burst;
    this.perSecond = perSecond;
    this.tokens = burst;
    this.updated = now;
  }

  synchronized boolean tryTake(int count, long now) {
    tokens = Math.min(burst, tokens + (now - updated) / NANOS * perSecond);
    updated = now;
    if (tokens < count) {
      return false;
    }
    tokens -= count;
    return true;
  }
}
