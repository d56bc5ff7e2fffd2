package dev.outrigger.agent.node;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a backend has given no answer for so long that nothing more is to be sent to it. One
 * answer ends the outage. Not safe for concurrent use.
 */
final class BackendOutage {

  /** Three heartbeats: a server that is replaced is back by then. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Clock clock;
  private @Nullable Instant since;
  private String why = "";

  /**
   * @param clock measures how long; must not jump
   */
  BackendOutage(Clock clock) {
    this.clock = clock;
  }

  void answered() {
    since = null;
  }

  void silent(String reason) {
    if (since == null) {
      since = clock.instant();
      why = reason;
    }
  }

  /** Why nothing is to be sent there, in the words of the first failure; empty while that is no. */
  Optional<String> now() {
    return since != null && !clock.instant().isBefore(since.plus(PATIENCE))
        ? Optional.of(why)
        : Optional.empty();
  }
}
