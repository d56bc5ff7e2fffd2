package dev.outrigger.lambda;

import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Workload;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Starts an attempt at most once: on the board already, else claimed now, else claimed by somebody
 * else, whose attempt is followed, or taken over when it is certain that nothing was ever sent.
 */
final class Starter {

  private final Board board;
  private final Claims claims;
  private final Attempts attempts;
  private final Invocations invocations;
  private final Functions functions;
  private final Takeovers takeovers;
  private final Clock clock;
  private final Duration takeover;

  /** One starter at a time for each attempt of this process. */
  private final Map<PodAttempt, ReentrantLock> starting = new ConcurrentHashMap<>();

  Starter(
      Board board,
      Claims claims,
      Attempts attempts,
      Invocations invocations,
      Functions functions,
      Takeovers takeovers,
      Clock clock,
      Duration takeover) {
    this.board = board;
    this.claims = claims;
    this.attempts = attempts;
    this.invocations = invocations;
    this.functions = functions;
    this.takeovers = takeovers;
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
    StartOrder order = StartOrder.of(attempt, plan, functions.ready(plan));
    SendGate.Pass pass = invocations.enter();
    boolean passedOn = false;
    try {
      Fence fence = Fence.startingNow(takeover);
      Claim fresh = Claim.fresh(attempt, 0, clock.instant());
      if (claims.claim(attempt, 0)) {
        invocations.start(fresh, order, pass, fence, () -> takeovers.watch(order));
        passedOn = true;
        return workload(onBoard(attempt));
      }
    } finally {
      if (!passedOn) {
        pass.leave();
      }
    }
    Claim found =
        claims
            .find(attempt)
            .orElseThrow(
                () -> new ProviderException.Unavailable("a claim appeared and vanished", null));
    if (found.isDecided()) {
      return workload(attempts.adopt(order.name(found)).claim());
    }
    // Somebody claimed it a moment ago, or died before anything was sent: watch, then take over.
    takeovers.watch(order);
    return workload(order.name(found));
  }

  private Claim onBoard(PodAttempt attempt) {
    return board.get(attempt).orElseThrow().claim();
  }

  private static Workload workload(Claim claim) {
    return claim.workload().orElseThrow();
  }
}
