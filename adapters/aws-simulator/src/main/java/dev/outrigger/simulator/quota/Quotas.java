package dev.outrigger.simulator.quota;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/** Token buckets per region (the simulator has one account). Thread-safe, never blocks. */
public final class Quotas {
  /** The pseudo-operation that RunTask charges for each Fargate task. */
  public static final String FARGATE_LAUNCH = "FargateLaunch";

  private final boolean enabled;
  private final double scale;
  private final LongSupplier nanoTime;
  private final ConcurrentMap<String, TokenBucket> buckets = new ConcurrentHashMap<>();

  /**
   * Quotas.
   *
   * @param enabled false lets everything pass
   * @param scale multiplies burst and rate
   * @param nanoTime a monotonic clock
   */
  public Quotas(boolean enabled, double scale, LongSupplier nanoTime) {
    this.enabled = enabled;
    this.scale = scale;
    this.nanoTime = nanoTime;
  }

  /** Takes one token for a call; true when the call is within its quota or has none. */
  public boolean tryAcquire(String service, String operation, String region) {
    return tryAcquire(service, operation, region, 1);
  }

  /** Takes that many tokens, or none. */
  public boolean tryAcquire(String service, String operation, String region, int tokens) {
    if (!enabled) {
      return true;
    }
    return QuotaTable.of(service, operation, region)
        .map(
            limit ->
                buckets
                    .computeIfAbsent(
                        region + "/" + limit.bucket(),
                        key ->
                            new TokenBucket(
                                limit.burst() * scale,
                                limit.perSecond() * scale,
                                nanoTime.getAsLong()))
                    .tryTake(tokens, nanoTime.getAsLong()))
        .orElse(true);
  }
}
