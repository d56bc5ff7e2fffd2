package dev.outrigger.lambda;

import java.time.Duration;

/**
 * Until when a claim entitles this process to send an Invoke: half the time after which another
 * process may take the claim over. Measured by the process's own monotonic clock, from before the
 * claim (or the record that renewed it) was asked for, whereas others count from when they first
 * saw it: so clocks that differ, and calls that take long, do no harm.
 */
record Fence(long closesAtNanos) {

  static Fence startingNow(Duration takeover) {
    return new Fence(System.nanoTime() + takeover.toNanos() / 2);
  }

  boolean isOpen() {
    return System.nanoTime() - closesAtNanos < 0;
  }
}
