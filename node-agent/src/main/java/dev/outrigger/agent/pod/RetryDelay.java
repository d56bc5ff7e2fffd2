package dev.outrigger.agent.pod;

import java.time.Duration;

/**
 * How long to wait before what failed for a Pod is tried again: doubling from a first delay to a
 * longest one, which depends on what failed. Pure.
 */
enum RetryDelay {
  /** The adapters' API budgets pace the calls of all Pods already: no Pod need fall far behind. */
  THROTTLED(Duration.ofMillis(500), Duration.ofSeconds(4)),
  /** An answer was lost, or the backend is away. */
  UNAVAILABLE(Duration.ofMillis(500), Duration.ofSeconds(8)),
  /** The API server is away. */
  API_SERVER(Duration.ofMillis(500), Duration.ofSeconds(8)),
  /** Something has to end first. */
  QUOTA(Duration.ofSeconds(1), Duration.ofSeconds(30)),
  /** A person has to do something first. */
  PERSON(Duration.ofSeconds(1), Duration.ofMinutes(1)),
  /** A mistake in this program. */
  UNEXPECTED(Duration.ofSeconds(1), Duration.ofMinutes(1));

  private static final int MOST_DOUBLINGS = 10;

  private final Duration first;
  private final Duration longest;

  RetryDelay(Duration first, Duration longest) {
    this.first = first;
    this.longest = longest;
  }

  /**
   * @param failures how often it has failed in a row, this one included: at least 1
   */
  Duration after(int failures) {
    Duration delay = first.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
    return delay.compareTo(longest) > 0 ? longest : delay;
  }
}
