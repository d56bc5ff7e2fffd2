package dev.outrigger.provider;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When to log a trouble that goes on: at once, again when it has changed, and otherwise after
 * pauses that double from a minute to an hour. Safe for concurrent use.
 */
public final class LogPace {

  private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  private final Clock clock;
  private @Nullable String told; // guarded by this
  private Instant next = Instant.MIN; // guarded by this
  private Duration pause = FIRST_PAUSE; // guarded by this

  public LogPace(Clock clock) {
    this.clock = clock;
  }

  /** Whether to log this trouble now; if so it counts as logged. */
  public synchronized boolean isDue(String trouble) {
    Instant now = clock.instant();
    boolean changed = !trouble.equals(told);
    if (!changed && now.isBefore(next)) {
      return false;
    }
    Duration doubled = pause.multipliedBy(2);
    pause = changed ? FIRST_PAUSE : doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    told = trouble;
    next = now.plus(pause);
    return true;
  }

  /**
   * The trouble is over.
   *
   * @return whether one was logged
   */
  public synchronized boolean over() {
    boolean was = told != null;
    told = null;
    return was;
  }
}
