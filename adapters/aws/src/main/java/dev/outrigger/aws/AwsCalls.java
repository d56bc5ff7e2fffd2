package dev.outrigger.aws;

import dev.outrigger.provider.ProviderException;
import java.time.Duration;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Makes one call to AWS: waits for the budget, tries once, maps the error. Blocks. Safe for
 * concurrent use.
 */
public final class AwsCalls {

  /** Longest wait for a token: several calls together stay within a provider's 60 s. */
  private static final Duration BUDGET_WAIT = Duration.ofSeconds(10);

  private final ApiBudget budget;

  AwsCalls(ApiBudget budget) {
    this.budget = budget;
  }

  /**
   * @param action as IAM names it, for example {@code ecs:RunTask}
   * @throws ProviderException as {@link AwsErrors#map} says; {@code Unavailable} with the thread's
   *     interrupt flag set when interrupted
   */
  public <T> T call(String action, ApiBucket bucket, Supplier<T> call) throws ProviderException {
    await(action, bucket);
    try {
      T answer = call.get();
      budget.accepted(bucket);
      return answer;
    } catch (SdkException e) {
      ProviderException mapped = AwsErrors.map(action, e);
      if (mapped instanceof ProviderException.Throttled) {
        budget.throttled(bucket);
      }
      throw mapped;
    }
  }

  /** Takes a token of another bucket that a call draws on too, for example a Fargate launch. */
  public void await(String action, ApiBucket bucket) throws ProviderException {
    try {
      budget.acquire(bucket, BUDGET_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProviderException.Unavailable(action + " was interrupted before the call", e);
    }
  }
}
