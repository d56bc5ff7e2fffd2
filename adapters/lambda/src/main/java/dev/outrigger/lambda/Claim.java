package dev.outrigger.lambda;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.ContainerState.Terminated;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Workload;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is durably known of one attempt: the fold of its stream's events.
 *
 * @param generation how often the claim was taken over, before anything had been sent
 * @param aliveAt the last sign of life before anything was sent
 * @param sentAt when the last Invoke that may have run was sent; empty when none was
 * @param deletedUntil when a deletion's grace is over
 */
record Claim(
    String uid,
    int number,
    int generation,
    Instant aliveAt,
    Optional<Details> details,
    Optional<Instant> sentAt,
    Optional<Ended> ended,
    Optional<Instant> deletedUntil) {

  /**
   * What was asked for.
   *
   * @param qualifier the version or alias of the function, if one was named
   * @param ownKeys whether the Pod brought AWS keys of its own, which stand nowhere in here
   */
  record Details(
      PodAttempt attempt,
      String container,
      String function,
      Optional<String> qualifier,
      boolean ownKeys,
      String logGroup,
      String region,
      int timeoutSeconds,
      boolean logAnswer,
      Optional<String> warning) {}

  /**
   * How it ended.
   *
   * @param requestId Lambda's id of the invocation, once known
   * @param answer what the function answered, as far as it is kept
   * @param peakMemory bytes, as Lambda's report tells
   */
  record Ended(
      Terminated state,
      Optional<String> requestId,
      Optional<String> answer,
      OptionalLong peakMemory) {

    /** Of which nothing was measured. */
    Ended(Terminated state, Optional<String> requestId, Optional<String> answer) {
      this(state, requestId, answer, OptionalLong.empty());
    }
  }

  static Claim fresh(PodAttempt attempt, int generation, Instant now) {
    return new Claim(
        attempt.key().uid(),
        attempt.number(),
        generation,
        now,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  Claim with(List<ClaimEvent> events) {
    Claim claim = this;
    for (ClaimEvent event : events) {
      claim = claim.with(event);
    }
    return claim;
  }

  /** The first end stands: later ones change nothing. */
  private Claim with(ClaimEvent event) {
    return switch (event) {
      case ClaimEvent.Claimed e -> copy(Optional.of(e.details()), sentAt, ended, deletedUntil);
      case ClaimEvent.Sending e -> copy(details, Optional.of(e.at()), ended, deletedUntil);
      case ClaimEvent.NotRun e ->
          new Claim(
              uid, number, generation, e.at(), details, Optional.empty(), ended, deletedUntil);
      case ClaimEvent.Deleting e -> copy(details, sentAt, ended, Optional.of(e.until()));
      case ClaimEvent.Finished e ->
          copy(details, sentAt, ended.isPresent() ? ended : Optional.of(e.ended()), deletedUntil);
    };
  }

  private Claim copy(
      Optional<Details> newDetails,
      Optional<Instant> newSentAt,
      Optional<Ended> newEnded,
      Optional<Instant> newDeleted) {
    return new Claim(uid, number, generation, aliveAt, newDetails, newSentAt, newEnded, newDeleted);
  }

  /** Whether an Invoke may have run, or it is over. */
  boolean isDecided() {
    return ended.isPresent() || sentAt.isPresent();
  }

  /** Whether it is over, or is to be: what was not sent by then never is. */
  boolean isClosed() {
    return ended.isPresent() || deletedUntil.isPresent();
  }

  /** Whether this reading of an attempt's record says more than that one. */
  boolean isLaterThan(Claim known) {
    if (known.ended.isPresent() || generation != known.generation) {
      return known.ended.isEmpty() && generation > known.generation;
    }
    return ended.isPresent() || lastStep().isAfter(known.lastStep());
  }

  private Instant lastStep() {
    return sentAt.orElse(aliveAt);
  }

  /** The latest moment at which the invocation can still be running. */
  Instant latestEnd() {
    int timeout = details.map(Details::timeoutSeconds).orElse(900);
    return sentAt.orElse(aliveAt).plusSeconds(timeout);
  }

  /** As the agent sees it; empty when not even the Pod's name is known. */
  Optional<Workload> workload() {
    return details.map(
        d ->
            new Workload(
                d.attempt(),
                d.attempt().token(),
                List.of(new ContainerObservation(d.container(), state(), containerId(), image(d))),
                Optional.empty(),
                deletedUntil.isPresent() && ended.isEmpty(),
                d.warning()));
  }

  private ContainerState state() {
    if (ended.isPresent()) {
      return ended.get().state();
    }
    return sentAt
        .<ContainerState>map(ContainerState.Running::new)
        .orElseGet(() -> new ContainerState.Waiting("ContainerCreating", "waiting to be invoked"));
  }

  private Optional<String> containerId() {
    return ended.flatMap(Ended::requestId).map(id -> "lambda://" + id);
  }

  private static Optional<String> image(Details details) {
    return Optional.of("lambda://" + details.function());
  }
}
