package dev.outrigger.lambda;

import dev.outrigger.provider.ProviderException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets few attempts at a time be between their claim and the departure of their Invoke: what a kill
 * strikes there is never invoked, since nobody can know whether it was. Everybody else waits
 * unclaimed, and is simply started by the next process.
 */
final class SendGate {

  /** Of some 50 ms each on AWS: faster than log streams may be made (50/s). */
  static final int WIDTH = 8;

  private final Semaphore permits = new Semaphore(WIDTH, true);

  /** One attempt's way through; leaving it twice is harmless. */
  final class Pass {
    private final AtomicBoolean left = new AtomicBoolean();

    private Pass() {}

    void leave() {
      if (left.compareAndSet(false, true)) {
        permits.release();
      }
    }
  }

  /** Waits for a place. */
  Pass enter() throws ProviderException.Unavailable {
    try {
      permits.acquire();
      return new Pass();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProviderException.Unavailable("interrupted before the claim", e);
    }
  }
}
