package dev.outrigger.lambda;

import java.time.Instant;

/** What is written into an attempt's stream, in this order. */
sealed interface ClaimEvent {

  /** Who and what it is. Written together with the first {@link Sending}. */
  record Claimed(Claim.Details details) implements ClaimEvent {}

  /** An Invoke is about to be sent: from here on it may have run. */
  record Sending(Instant at) implements ClaimEvent {}

  /** The Invoke that was sent certainly did not run (throttled, refused). */
  record NotRun(Instant at) implements ClaimEvent {}

  /** The Pod is deleted; whatever still runs counts as killed then. */
  record Deleting(Instant until) implements ClaimEvent {}

  record Finished(Claim.Ended ended) implements ClaimEvent {}
}
