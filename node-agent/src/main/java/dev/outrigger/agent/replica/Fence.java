package dev.outrigger.agent.replica;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Up to when this replica may act. Whoever acted and could not renew in time ends, as
 * kube-controller-manager does: what it has half done is found by its successor, what it has not
 * begun is never begun. A thread looks every 250 ms (it does not wait for the deadline: timers
 * stand still while a machine is suspended), and {@link #check} looks before each thing that is
 * told to a backend.
 */
final class Fence implements AutoCloseable {

  private static final long LOOK_EVERY = Duration.ofMillis(250).toNanos();

  private final Duration renewDeadline;
  private final Clock clock;
  private final Halt halt;
  private final Thread watchdog;
  private volatile @Nullable Instant deadline; // null: does not act
  private volatile boolean closed;

  /**
   * @param clock one that counts suspension
   */
  Fence(Duration renewDeadline, Clock clock, Halt halt) {
    this.renewDeadline = renewDeadline;
    this.clock = clock;
    this.halt = halt;
    // A platform thread: it must run even if every carrier of virtual ones is taken.
    this.watchdog = Thread.ofPlatform().daemon().name("replica-fence").unstarted(this::watch);
  }

  void start() {
    watchdog.start();
  }

  Instant now() {
    return clock.instant();
  }

  /**
   * The Lease was renewed by a request that was begun at this time.
   *
   * @return whether that still stands; if not, and nothing was acted upon before, it counts as
   *     never renewed
   */
  boolean renewed(Instant begun) {
    Instant until = begun.plus(renewDeadline);
    if (deadline == null && !now().isBefore(until)) {
      return false;
    }
    deadline = until;
    return true;
  }

  /** Comes back only if this replica may act now. */
  void check() {
    Instant until = deadline;
    if (until == null) {
      throw new IllegalStateException("this replica does not lead");
    }
    if (!now().isBefore(until)) {
      throw ended("the Lease could not be renewed for " + renewDeadline.toMillis() + " ms");
    }
  }

  /** Somebody else has the Lease. Comes back, with what to throw, in tests only. */
  IllegalStateException lost(String holder) {
    return ended("the Lease is held by " + (holder.isEmpty() ? "nobody" : holder));
  }

  private IllegalStateException ended(String why) {
    halt.because(why);
    return new IllegalStateException("this replica may not act any more: " + why);
  }

  /** Everything has stopped: nothing is owed any more. */
  void lift() {
    deadline = null;
  }

  private void watch() {
    try {
      while (!closed) {
        if (deadline != null) {
          check();
        }
        LockSupport.parkNanos(LOOK_EVERY);
      }
    } catch (IllegalStateException e) {
      // Halted, if not in a test; or the fence was lifted just now, and the process ends anyway.
      closed = true;
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(watchdog);
  }
}
