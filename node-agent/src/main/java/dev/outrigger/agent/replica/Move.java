package dev.outrigger.agent.replica;

import java.time.Instant;
import java.util.Optional;

/** What a replica does after a look at the Lease. */
sealed interface Move {

  /** There is none: make it. */
  record Create() implements Move {}

  /**
   * It is free. {@code expired}: its holder did not release it, and has ended by its own promise.
   */
  record Take(LeaseRecord from, boolean expired) implements Move {}

  /** It is this replica's. */
  record Renew() implements Move {}

  /** It is another's. */
  record Wait(LeaseRecord other) implements Move {}

  /** It was this replica's, and is not any more. */
  record Lost(LeaseRecord now) implements Move {}

  /**
   * Decides.
   *
   * @param leading whether this replica acts
   * @param now the Lease, if there is one
   * @param seen the same with the time of its last change; or, when it has gone, as it was
   */
  static Move decide(
      String me, boolean leading, Optional<LeaseRecord> now, Optional<Sight> seen, Instant at) {
    if (now.isEmpty()) {
      // Somebody deleted it: its holder may act until it finds out.
      return seen.filter(s -> !leading && isAnothers(s.lease(), me) && !s.hasExpired(at))
          .<Move>map(s -> new Wait(s.lease()))
          .orElseGet(Create::new);
    }
    LeaseRecord lease = now.get();
    if (lease.holder().equals(me)) {
      return new Renew();
    }
    if (leading) {
      return new Lost(lease);
    }
    if (lease.isReleased()) {
      return new Take(lease, false);
    }
    return seen.filter(s -> s.hasExpired(at)).isPresent() ? new Take(lease, true) : new Wait(lease);
  }

  private static boolean isAnothers(LeaseRecord lease, String me) {
    return !lease.isReleased() && !lease.holder().equals(me);
  }
}
