package dev.outrigger.lambda;

import dev.outrigger.provider.ProviderException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches claims that somebody else made and has not sent yet, each on a virtual thread: follows
 * what becomes of it, or takes it over when it has not changed for the takeover time.
 */
final class Takeovers implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Takeovers.class);
  private static final Duration POLL = Duration.ofMillis(500);

  /** A claim without records that is older than this has lost them: not to be trusted. */
  private static final Duration RECORDS_KEPT = Duration.ofHours(12);

  private final Board board;
  private final Claims claims;
  private final Attempts attempts;
  private final Invocations invocations;
  private final Clock clock;
  private final Duration takeover;
  private volatile boolean closed;

  Takeovers(
      Board board,
      Claims claims,
      Attempts attempts,
      Invocations invocations,
      Clock clock,
      Duration takeover) {
    this.board = board;
    this.claims = claims;
    this.attempts = attempts;
    this.invocations = invocations;
    this.clock = clock;
    this.takeover = takeover;
  }

  void watch(StartOrder order) {
    Thread.ofVirtual()
        .name("lambda-claim-" + order.attempt().token())
        .start(() -> new Watch(order).run());
  }

  private final class Watch {
    private final StartOrder order;
    private @Nullable Claim lastSeen;
    private long unchangedSince;

    Watch(StartOrder order) {
      this.order = order;
    }

    void run() {
      try {
        Duration pause = POLL;
        while (!closed && !board.isDecided(order.attempt()) && !settled()) {
          Thread.sleep(pause);
          pause = shorter(pause.multipliedBy(3).dividedBy(2), takeover.dividedBy(6));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** Many may watch, and the account's rates are low: nothing happens fast that is watched. */
    private static Duration shorter(Duration a, Duration b) {
      return a.compareTo(b) < 0 ? a : b;
    }

    private boolean settled() {
      try {
        return step();
      } catch (ProviderException.Conflict e) {
        LOG.atWarn()
            .addKeyValue("pod", order.attempt().key().namespacedName())
            .addKeyValue("cause", e.getMessage())
            .log("a claim cannot be taken over");
        return true;
      } catch (ProviderException e) {
        LOG.atInfo().addKeyValue("cause", e.getMessage()).log("taking over a claim has to wait");
        return false;
      }
    }

    /** Whether nothing is left to do here. */
    private boolean step() throws ProviderException {
      Optional<Claim> found = claims.find(order.attempt());
      if (found.isEmpty()) {
        return true;
      }
      Claim claim = found.get();
      if (claim.isDecided()) {
        Board.Entry adopted = attempts.adopt(order.name(claim));
        return adopted.claim().details().isPresent();
      }
      if (claim.aliveAt().isBefore(clock.instant().minus(RECORDS_KEPT))) {
        throw new ProviderException.Conflict("the claim's records are gone; it is not run again");
      }
      return isAbandoned(claim) && take(claim.generation() + 1);
    }

    private boolean isAbandoned(Claim claim) {
      long now = System.nanoTime();
      if (!claim.equals(lastSeen)) {
        lastSeen = claim;
        unchangedSince = now;
      }
      return now - unchangedSince >= takeover.toNanos();
    }

    private boolean take(int generation) throws ProviderException {
      SendGate.Pass pass = invocations.enter();
      boolean passedOn = false;
      try {
        Fence fence = Fence.startingNow(takeover);
        Claim mine = Claim.fresh(order.attempt(), generation, clock.instant());
        if (claims.claim(order.attempt(), generation)) {
          invocations.start(mine, order, pass, fence, () -> watch(order));
          passedOn = true;
        }
        return passedOn;
      } finally {
        if (!passedOn) {
          pass.leave();
        }
      }
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
