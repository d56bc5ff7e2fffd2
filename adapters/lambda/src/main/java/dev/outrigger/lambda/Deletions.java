package dev.outrigger.lambda;

import dev.outrigger.provider.ContainerState.Terminated;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.ProviderException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends what is deleted, as far as Lambda can, and forgets it when it has long been gone. */
final class Deletions implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Deletions.class);

  /** How long a deleted Pod's claim is kept; the contract asks for 10 minutes. */
  private static final Duration KEPT = Duration.ofHours(1);

  private static final int COLLECTED_AT_ONCE = 50;

  private final Board board;
  private final Claims claims;
  private final Attempts attempts;
  private final Clock clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("lambda-grace").daemon().factory());

  Deletions(Board board, Claims claims, Attempts attempts, Clock clock) {
    this.board = board;
    this.claims = claims;
    this.attempts = attempts;
    this.clock = clock;
  }

  void delete(PodKey key, Duration grace) throws ProviderException {
    if (board.ofPod(key).isEmpty()) {
      for (Claim claim : claims.ofPod(key)) {
        if (claim.details().isPresent()) {
          attempts.adopt(claim);
        } else {
          claims.append(claim, List.of(new ClaimEvent.Finished(neverRan(clock.instant()))));
          // A takeover that has just begun looks here before it sends.
          board.close(new PodAttempt(key, claim.number()));
        }
      }
    }
    Instant until = clock.instant().plus(grace);
    for (Board.Entry entry : board.ofPod(key)) {
      delete(entry.claim(), until);
    }
  }

  private void delete(Claim claim, Instant until) throws ProviderException {
    boolean sooner = claim.deletedUntil().map(until::isBefore).orElse(true);
    PodAttempt attempt = claim.details().orElseThrow().attempt();
    if (!sooner) {
      // Perhaps asked of a process that is gone: its timer went with it.
      endAfter(claim);
      return;
    }
    List<ClaimEvent> events = new ArrayList<>();
    events.add(new ClaimEvent.Deleting(until));
    boolean now = !until.isAfter(clock.instant()) || claim.sentAt().isEmpty();
    if (claim.ended().isEmpty() && now) {
      events.add(new ClaimEvent.Finished(killed(claim)));
    }
    claims.append(claim, events);
    Claim after = board.update(attempt, events);
    endAfter(after);
  }

  /** More than one timer for an attempt is harmless: the first end stands. */
  private void endAfter(Claim claim) {
    if (claim.ended().isEmpty() && claim.deletedUntil().isPresent()) {
      PodAttempt attempt = claim.details().orElseThrow().attempt();
      Duration wait = Duration.between(clock.instant(), claim.deletedUntil().get());
      var _ =
          timer.schedule(
              () -> graceIsOver(attempt), Math.max(0, wait.toMillis()), TimeUnit.MILLISECONDS);
    }
  }

  private void graceIsOver(PodAttempt attempt) {
    Optional<Claim> claim =
        board.get(attempt).map(Board.Entry::claim).filter(c -> c.ended().isEmpty());
    if (claim.isEmpty()) {
      return;
    }
    ClaimEvent end = new ClaimEvent.Finished(killed(claim.get()));
    board.update(attempt, List.of(end));
    Thread.ofVirtual()
        .name("lambda-end-" + attempt.token())
        .start(
            () -> {
              try {
                claims.append(claim.get(), List.of(end));
              } catch (ProviderException e) {
                LOG.atInfo().addKeyValue("cause", e.getMessage()).log("recording an end failed");
              }
            });
  }

  private Claim.Ended killed(Claim claim) {
    Instant now = clock.instant();
    if (claim.sentAt().isEmpty()) {
      return neverRan(now);
    }
    return new Claim.Ended(
        new Terminated(
            OptionalInt.of(137),
            "Error",
            "ended by Kubernetes; a Lambda invocation cannot be stopped: it may still run until "
                + claim.latestEnd(),
            claim.sentAt(),
            now),
        Optional.empty(),
        Optional.empty());
  }

  static Claim.Ended neverRan(Instant now) {
    return new Claim.Ended(
        new Terminated(
            OptionalInt.of(137), "Error", "deleted before it was invoked", Optional.empty(), now),
        Optional.empty(),
        Optional.empty());
  }

  /** Removes, in the background, the records of Pods that were deleted long ago. */
  void collect(List<Claim> all) {
    Instant old = clock.instant().minus(KEPT);
    List<Claim> done =
        all.stream()
            .filter(c -> c.ended().isPresent())
            .filter(c -> c.deletedUntil().filter(old::isAfter).isPresent())
            .limit(COLLECTED_AT_ONCE)
            .toList();
    if (!done.isEmpty()) {
      Thread.ofVirtual().name("lambda-collect").start(() -> done.forEach(this::remove));
    }
  }

  private void remove(Claim claim) {
    try {
      claims.remove(claim);
      claim.details().ifPresent(d -> board.forget(d.attempt()));
    } catch (ProviderException e) {
      LOG.atInfo().addKeyValue("cause", e.getMessage()).log("removing an old claim failed");
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
