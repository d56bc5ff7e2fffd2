package dev.outrigger.agent.replica;

import java.time.Instant;

/**
 * A Lease as it was last seen to change.
 *
 * @param since when it was first seen so, by this replica's steady clock, taken after the answer
 */
record Sight(LeaseRecord lease, Instant since) {

  /** What is known after one more look. */
  Sight then(LeaseRecord now, Instant at) {
    return now.version().equals(lease.version()) ? this : new Sight(now, at);
  }

  /** Whether its holder has promised to have stopped by now. */
  boolean hasExpired(Instant at) {
    return !at.isBefore(since.plus(lease.duration()));
  }
}
