package dev.outrigger.simulator.lambda;

import dev.outrigger.simulator.service.AwsFault;
import java.util.HashMap;
import java.util.Map;

/** Counts invocations in flight, by region and by function. Thread-safe. */
final class ConcurrencyLimits {
  private final int account;

  /** By region, and by function key; guarded by this. */
  private final Map<String, Integer> inFlight = new HashMap<>();

  ConcurrencyLimits(int account) {
    this.account = account;
  }

  /**
   * Takes a slot.
   *
   * @throws AwsFault TooManyRequestsException when there is none
   */
  synchronized void enter(Function function) {
    if (function.reserved() != Function.NOT_RESERVED
        && inFlight.getOrDefault(function.id().key(), 0) >= function.reserved()) {
      throw LambdaFaults.throttled("Rate Exceeded.");
    }
    if (inFlight.getOrDefault(function.id().region(), 0) >= account) {
      throw LambdaFaults.throttled("Rate Exceeded.");
    }
    inFlight.merge(function.id().key(), 1, Integer::sum);
    inFlight.merge(function.id().region(), 1, Integer::sum);
  }

  /** Gives the slot back. */
  synchronized void leave(Function function) {
    inFlight.merge(function.id().key(), -1, ConcurrencyLimits::sumOrNone);
    inFlight.merge(function.id().region(), -1, ConcurrencyLimits::sumOrNone);
  }

  @SuppressWarnings("NullAway") // null removes the entry, as Map.merge allows
  private static Integer sumOrNone(Integer before, Integer change) {
    int sum = before + change;
    return sum == 0 ? null : sum;
  }
}
