package dev.outrigger.lambda;

import dev.outrigger.lambda.Functions.Ready;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Workload;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts an attempt at most once: on the board already, else claimed now, else claimed by somebody
 * else, whose attempt is followed, or taken over when it is certain that nothing was ever sent.
 */
final class Starter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Starter.class);
  private static final Duration POLL = Duration.ofMillis(500);

  /** A claim without records that is older than this has lost them: not to be trusted. */
  private static final Duration RECORDS_KEPT = Duration.ofHours(12);

  private final Board board;
  private final Claims claims;
  private final Attempts attempts;
  private final Invocations invocations;
  private final Functions functions;
  private final Clock clock;
  private final Duration takeover;
  private volatile boolean closed;

  /** One starter at a time for each attempt of this process. */
  private final Map<PodAttempt, ReentrantLock> starting = new ConcurrentHashMap<>();

  Starter(
      Board board,
      Claims claims,
      Attempts attempts,
      Invocations invocations,
      Functions functions,
      Clock clock,
      Duration takeover) {
    this.board = board;
    this.claims = claims;
    this.attempts = attempts;
    this.invocations = invocations;
    this.functions = functions;
    this.clock = clock;
    this.takeover = takeover;
  }

  Workload create(PodAttempt attempt, InvocationPlan plan) throws ProviderException {
    ReentrantLock lock = starting.computeIfAbsent(attempt, a -> new ReentrantLock());
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProviderException.Unavailable("interrupted before the invocation", e);
    }
    try {
      Optional<Board.Entry> known = board.get(attempt);
      return known.isPresent() ? workload(known.get().claim()) : claimed(attempt, plan);
    } finally {
      lock.unlock();
      starting.remove(attempt, lock);
    }
  }

  private Workload claimed(PodAttempt attempt, InvocationPlan plan) throws ProviderException {
    Ready function = functions.ready(plan);
    Claim.Details details = details(attempt, plan, function);
    Claim fresh = Claim.fresh(attempt, 0, clock.instant());
    if (claims.claim(attempt, 0)) {
      invocations.start(fresh, details, plan, function);
      return workload(onBoard(attempt));
    }
    Claim found =
        claims
            .find(attempt)
            .orElseThrow(
                () -> new ProviderException.Unavailable("a claim appeared and vanished", null));
    if (isDecided(found)) {
      return workload(
          attempts.adopt(found.details().isPresent() ? found : named(found, details)).claim());
    }
    // Somebody claimed it a moment ago, or died before anything was sent: watch, then take over.
    Thread.ofVirtual()
        .name("lambda-claim-" + attempt.token())
        .start(() -> takeOver(attempt, details, plan, function));
    return workload(named(found, details));
  }

  private void takeOver(
      PodAttempt attempt, Claim.Details details, InvocationPlan plan, Ready function) {
    while (!closed && board.get(attempt).isEmpty()) {
      try {
        if (step(attempt, details, plan, function)) {
          return;
        }
        Thread.sleep(POLL);
      } catch (ProviderException e) {
        LOG.atInfo().addKeyValue("cause", e.getMessage()).log("taking over a claim has to wait");
        if (!pause()) {
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(POLL);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether nothing is left to do here. */
  private boolean step(
      PodAttempt attempt, Claim.Details details, InvocationPlan plan, Ready function)
      throws ProviderException {
    Optional<Claim> found = claims.find(attempt);
    if (found.isEmpty()) {
      return true;
    }
    Claim claim = found.get();
    if (isDecided(claim)) {
      Board.Entry adopted = attempts.adopt(named(claim, details));
      return adopted.claim().details().isPresent();
    }
    Instant now = clock.instant();
    Duration age = Duration.between(claim.aliveAt(), now);
    if (age.compareTo(RECORDS_KEPT) > 0) {
      throw new ProviderException.Conflict("the claim's records are gone; it is not run again");
    }
    if (age.compareTo(takeover) < 0) {
      return false;
    }
    int next = claim.generation() + 1;
    Claim mine = Claim.fresh(attempt, next, now);
    if (!claims.claim(attempt, next)) {
      return false;
    }
    invocations.start(mine, details, plan, function);
    return true;
  }

  private static boolean isDecided(Claim claim) {
    return claim.ended().isPresent() || claim.sentAt().isPresent();
  }

  private static Claim named(Claim claim, Claim.Details details) {
    return claim.details().isPresent()
        ? claim
        : claim.with(java.util.List.of(new ClaimEvent.Claimed(details)));
  }

  private Claim onBoard(PodAttempt attempt) {
    return board.get(attempt).orElseThrow().claim();
  }

  private static Workload workload(Claim claim) {
    return claim.workload().orElseThrow();
  }

  private static Claim.Details details(PodAttempt attempt, InvocationPlan plan, Ready function) {
    return new Claim.Details(
        attempt,
        plan.container(),
        function.function(),
        function.logGroup(),
        plan.caller().region(),
        function.timeoutSeconds(),
        plan.logAnswer(),
        plan.warning());
  }

  @Override
  public void close() {
    closed = true;
  }
}
