package dev.outrigger.lambda;

import dev.outrigger.aws.Pause;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.ProviderException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Invokes claimed attempts, each on a virtual thread of its own.
 *
 * <p>INVARIANT: an Invoke is sent only by the process that holds the attempt's claim, after a
 * {@code Sending} record became durable, and again only after AWS said that the one before did not
 * run.
 */
final class Invocations implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Invocations.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final int RECORD_TRIES = 20;

  private final Board board;
  private final Claims claims;
  private final LambdaClients clients;
  private final Recovery recovery;
  private final Clock clock;
  private final Duration takeover;
  private final SendGate gate = new SendGate();
  private volatile boolean closed;

  Invocations(
      Board board,
      Claims claims,
      LambdaClients clients,
      Recovery recovery,
      Clock clock,
      Duration takeover) {
    this.board = board;
    this.claims = claims;
    this.clients = clients;
    this.recovery = recovery;
    this.clock = clock;
    this.takeover = takeover;
  }

  /** To be asked for before a claim: see {@link SendGate}. */
  SendGate.Pass enter() throws ProviderException.Unavailable {
    return gate.enter();
  }

  /**
   * Starts a claimed attempt: records it, then sends it in the background. One that was deleted
   * meanwhile is recorded as over.
   *
   * @param pass left when it was sent, or is not going to be
   * @param fence since the claim was asked for
   * @param turnLost called when the fence closed before anything was sent: the claim is then left
   *     to whoever takes it over, this process included
   * @throws ProviderException when it could not be recorded; nothing was sent, and the claim can be
   *     taken over
   */
  void start(Claim claim, StartOrder order, SendGate.Pass pass, Fence fence, Runnable turnLost)
      throws ProviderException {
    ClaimEvent claimed = new ClaimEvent.Claimed(order.details());
    ClaimEvent sending = new ClaimEvent.Sending(clock.instant());
    PodAttempt attempt = order.attempt();
    // Whoever heard of it would not ask for it again, should it not be recorded.
    Board.Entry entry = new Board.Entry(claim.with(List.of(claimed)), order.plan().caller(), true);
    Optional<Runnable> takenBack = board.reserve(attempt, entry);
    if (takenBack.isEmpty()) {
      settle(claim, claimed, entry);
      pass.leave();
      return;
    }
    Run run = new Run(order, pass, fence, turnLost);
    boolean recorded;
    try {
      recorded = appendWhileOpen(claim, List.of(claimed, sending), fence);
    } catch (ProviderException e) {
      takenBack.get().run();
      throw e;
    }
    if (recorded) {
      board.update(attempt, List.of(sending));
    }
    Thread.ofVirtual().name("lambda-" + attempt.token()).start(recorded ? run::run : run::takeBack);
  }

  /** Whoever reads this claim finds that nothing is to be sent. */
  private void settle(Claim claim, ClaimEvent claimed, Board.Entry entry) throws ProviderException {
    PodAttempt attempt = entry.claim().details().orElseThrow().attempt();
    Optional<Board.Entry> known = board.get(attempt);
    Claim.Ended end =
        known.flatMap(e -> e.claim().ended()).orElseGet(() -> Deletions.neverRan(clock.instant()));
    ClaimEvent finished = new ClaimEvent.Finished(end);
    claims.append(claim, List.of(claimed, finished));
    if (known.isEmpty()) {
      Claim over = entry.claim().with(List.of(finished));
      board.put(attempt, new Board.Entry(over, entry.caller(), false));
    }
  }

  /**
   * Tried again as long as the claim is this process's: a record that is there twice is one.
   *
   * @return false when the answer to one try was lost and no other succeeded: it may be recorded
   * @throws ProviderException when it certainly is not recorded
   */
  private boolean appendWhileOpen(Claim claim, List<ClaimEvent> events, Fence fence)
      throws ProviderException {
    boolean perhaps = false;
    for (int tries = 0; ; tries++) {
      try {
        claims.append(claim, events);
        return true;
      } catch (ProviderException.Throttled | ProviderException.Unavailable e) {
        perhaps |= e instanceof ProviderException.Unavailable;
        if (!fence.isOpen() || !Pause.slept(FIRST_PAUSE.multipliedBy(1L << Math.min(tries, 3)))) {
          if (perhaps) {
            return false;
          }
          throw e;
        }
      }
    }
  }

  private final class Run {
    private final PodAttempt attempt;
    private final InvocationPlan plan;
    private final InvokeCall call;
    private final SendGate.Pass pass;
    private final Runnable turnLost;
    private Fence fence;

    Run(StartOrder order, SendGate.Pass pass, Fence fence, Runnable turnLost) {
      this.attempt = order.attempt();
      this.plan = order.plan();
      this.call = new InvokeCall(clients, clock, order);
      this.pass = pass;
      this.turnLost = turnLost;
      this.fence = fence;
    }

    void run() {
      try {
        for (int tries = 0; ; tries++) {
          Sent sent = send();
          if (closed) {
            return;
          }
          switch (sent) {
            case Sent.Answered answered -> {
              record(new ClaimEvent.Finished(answered.ended()));
              return;
            }
            case Sent.Unknown unknown -> {
              LOG.atWarn()
                  .addKeyValue("pod", attempt.key().namespacedName())
                  .addKeyValue("cause", unknown.why())
                  .log("the answer of an invocation was lost");
              recovery.follow(attempt);
              return;
            }
            case Sent.Deleted _ -> {
              endUnsent();
              return;
            }
            case Sent.TurnLost _ -> {
              yieldTurn();
              return;
            }
            case Sent.NotRun notRun -> {
              if (!again(notRun, tries)) {
                return;
              }
            }
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        // The clients were closed under it: its claim says later what it was about to do.
        if (!closed) {
          throw e;
        }
        LOG.atDebug().setCause(e).log("an invocation was left as its clients closed");
      } finally {
        pass.leave();
      }
    }

    /** Of what may have been recorded as sent, and was not. */
    void takeBack() {
      try {
        yieldTurn();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        pass.leave();
      }
    }

    /** Whether the next Invoke may be sent. */
    private boolean again(Sent.NotRun notRun, int tries) throws InterruptedException {
      LOG.atDebug().addKeyValue("cause", notRun.why()).log("an invocation has to wait");
      Fence renewed = Fence.startingNow(takeover);
      if (!record(new ClaimEvent.NotRun(clock.instant()))) {
        yieldTurn();
        return false;
      }
      fence = renewed;
      long pause =
          Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << Math.min(tries, 10));
      pause = Math.min(pause, takeover.toMillis() / 8);
      Thread.sleep(pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1));
      if (isDeleted()) {
        endUnsent();
        return false;
      }
      if (closed) {
        return false;
      }
      if (!fence.isOpen() || !record(new ClaimEvent.Sending(clock.instant()))) {
        yieldTurn();
        return false;
      }
      return true;
    }

    /** What was recorded as sent was not, and will not be. */
    private void endUnsent() throws InterruptedException {
      record(new ClaimEvent.NotRun(clock.instant()));
      record(new ClaimEvent.Finished(Deletions.neverRan(clock.instant())));
    }

    /** Leaves the claim to whoever takes it over; what was recorded as sent was not. */
    private void yieldTurn() throws InterruptedException {
      if (closed || isDeleted()) {
        return;
      }
      record(new ClaimEvent.NotRun(clock.instant()));
      board.release(attempt);
      if (board.isDecided(attempt)) {
        // It stands there as sent for good: whoever reads it must think that it may have run.
        recovery.follow(attempt);
      } else {
        turnLost.run();
      }
    }

    private boolean isDeleted() {
      return board.get(attempt).map(Board.Entry::claim).map(Claim::isClosed).orElse(true);
    }

    private Sent send() {
      Optional<Sent> waited = InvokeCall.awaitBudget(clients, plan);
      if (waited.isPresent()) {
        return waited.get();
      }
      if (isDeleted()) {
        return new Sent.Deleted();
      }
      return fence.isOpen() ? call.send(pass::leave) : new Sent.TurnLost();
    }

    /** Records durably, then tells; tells anyway when it cannot be recorded for long. */
    private boolean record(ClaimEvent event) throws InterruptedException {
      Optional<Claim> claim = board.get(attempt).map(Board.Entry::claim);
      if (claim.isEmpty()) {
        return false;
      }
      boolean told = false;
      for (int i = 0; i < RECORD_TRIES && !closed; i++) {
        try {
          claims.append(claim.get(), List.of(event));
          if (!told) {
            board.update(attempt, List.of(event));
          }
          return true;
        } catch (ProviderException.NotFound gone) {
          return false;
        } catch (ProviderException e) {
          LOG.atWarn().addKeyValue("cause", e.getMessage()).log("recording a claim failed");
        }
        if (i == 2 && event instanceof ClaimEvent.Finished) {
          board.update(attempt, List.of(event));
          told = true;
        }
        Thread.sleep(Math.min(LONGEST_PAUSE.toMillis(), 100L << Math.min(i, 6)));
      }
      return false;
    }
  }

  /** Stops telling and recording: invocations go on, and are found again by their claims. */
  @Override
  public void close() {
    closed = true;
  }
}
