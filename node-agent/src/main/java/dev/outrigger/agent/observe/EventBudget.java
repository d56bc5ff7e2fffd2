package dev.outrigger.agent.observe;

import java.time.Duration;
import java.time.Instant;

/**
 * How many Events that report nothing wrong may be written: 50 a second, 100 at once, as the
 * kubelet's eventRecordQPS and eventBurst. Not for concurrent use.
 */
final class EventBudget {

  private static final double PER_SECOND = 50;
  private static final double BURST = 100;

  private double tokens = BURST;
  private Instant last = Instant.EPOCH;

  /** Whether one more may be written now. */
  boolean take(Instant now) {
    double seconds = Math.max(0, Duration.between(last, now).toNanos() / 1e9);
    tokens = Math.min(BURST, tokens + seconds * PER_SECOND);
    last = now;
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }
}
