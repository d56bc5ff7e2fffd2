package dev.outrigger.aws;

import dev.outrigger.provider.ProviderException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What one account may ask of one region. Shared by every provider of the process that talks to the
 * same endpoint with the same identity, since AWS counts them together.
 */
public final class ApiBudget {

  private static final Map<Scope, ApiBudget> SHARED = new ConcurrentHashMap<>();

  private final Map<ApiBucket, TokenBucket> buckets = new EnumMap<>(ApiBucket.class);

  /**
   * What shares a budget.
   *
   * @param endpoint the overridden endpoint, or empty for AWS itself
   * @param identity tells accounts apart: an access key id, a role or a profile
   */
  record Scope(String endpoint, String region, String identity) {}

  private ApiBudget(String region) {
    long now = System.nanoTime();
    for (ApiBucket bucket : ApiBucket.values()) {
      buckets.put(bucket, new TokenBucket(bucket.in(region), now));
    }
  }

  static ApiBudget of(Scope scope) {
    return SHARED.computeIfAbsent(scope, s -> new ApiBudget(s.region()));
  }

  /**
   * Waits for a token.
   *
   * @param limit longest wait; when the token would come later, none is taken
   * @throws ProviderException.Throttled when the budget is exhausted for longer than the limit
   */
  void acquire(ApiBucket bucket, Duration limit)
      throws ProviderException.Throttled, InterruptedException {
    Duration wait = bucket(bucket).reserve(System.nanoTime(), limit);
    if (wait.compareTo(limit) > 0) {
      throw new ProviderException.Throttled(
          "the account's API budget for " + bucket + " is used up", Optional.of(wait));
    }
    Thread.sleep(wait);
  }

  void throttled(ApiBucket bucket) {
    bucket(bucket).throttled(System.nanoTime());
  }

  void accepted(ApiBucket bucket) {
    bucket(bucket).accepted();
  }

  private TokenBucket bucket(ApiBucket bucket) {
    TokenBucket found = buckets.get(bucket);
    if (found == null) {
      throw new IllegalStateException("no bucket " + bucket);
    }
    return found;
  }
}
