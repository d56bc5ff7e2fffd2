package dev.outrigger.aws;

import dev.outrigger.provider.ProviderException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Makes one call to AWS: waits for the budget, tries once unless said otherwise, maps the error.
 * Blocks. Safe for concurrent use.
 */
public final class AwsCalls {

  /** Longest wait for a token: several calls together stay within a provider's 60 s. */
  private static final Duration BUDGET_WAIT = Duration.ofSeconds(10);

  /** How long {@link #patiently} goes on, and its first pause. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

  private final ApiBudget budget;
  private final BooleanSupplier closed;

  /**
   * @param closed whether the clients are being closed
   */
  AwsCalls(ApiBudget budget, BooleanSupplier closed) {
    this.budget = budget;
    this.closed = closed;
  }

  /**
   * @param action as IAM names it, for example {@code ecs:RunTask}
   * @throws ProviderException as {@link AwsErrors#map} says; {@code Unavailable} with the thread's
   *     interrupt flag set when interrupted, and when its client was closed
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
    } catch (RuntimeException e) {
      // The SDK's parts say so in many ways.
      if (closed.getAsBoolean()) {
        throw new ProviderException.Unavailable(action + " came after its client was closed", e);
      }
      throw e;
    }
  }

  /**
   * A call without effect, a page of a long list for example: throttled or left without an answer,
   * it is tried again for a while, rather than that the whole list is read from its beginning.
   */
  public <T> T patiently(String action, ApiBucket bucket, Supplier<T> call)
      throws ProviderException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (Duration pause = FIRST_PAUSE; ; pause = pause.multipliedBy(2)) {
      try {
        return call(action, bucket, call);
      } catch (ProviderException.Throttled | ProviderException.Unavailable e) {
        if (System.nanoTime() + pause.toNanos() > deadline || !Pause.slept(pause)) {
          throw e;
        }
      }
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
