package dev.outrigger.simulator.lambda;

import java.time.Duration;
import java.util.List;

/**
 * How the simulated Lambda behaves. What stands behind image names is the simulator's image
 * catalogue: an image's root is its {@code /var/task}.
 *
 * @param activation how long a new function stays Pending and a changed one's update InProgress
 * @param accountConcurrency invocations at once in a region, 1,000 as AWS's default
 * @param idleLimit how long a warm execution environment is kept
 * @param initLimit how long initialisation may take, 10 s as AWS's
 * @param asyncRetries the waits before an asynchronous invocation that failed is tried again
 * @param strictImages true refuses images without a root in the catalogue, as AWS refuses images
 *     that are not in ECR; false gives them the demo's handlers, as it does those whose name
 *     contains {@link #DEMO_IMAGE}
 * @param enforceMemory kills what uses more than the function's memory (where /proc exists)
 */
public record LambdaConfig(
    Duration activation,
    int accountConcurrency,
    Duration idleLimit,
    Duration initLimit,
    List<Duration> asyncRetries,
    boolean strictImages,
    boolean enforceMemory) {
  /** An image whose name contains this has the demo's handlers: my_handler, echo, outcome. */
  public static final String DEMO_IMAGE = "aws-lambda-base-docker";

  private static final int DEFAULT_CONCURRENCY = 1000;

  public LambdaConfig {
    asyncRetries = List.copyOf(asyncRetries);
  }

  /** AWS's numbers, with an activation of a quarter of a second. */
  public static LambdaConfig defaults() {
    return new LambdaConfig(
        Duration.ofMillis(250),
        DEFAULT_CONCURRENCY,
        Duration.ofMinutes(1),
        Duration.ofSeconds(10),
        List.of(Duration.ofMinutes(1), Duration.ofMinutes(2)),
        false,
        true);
  }

  /** The same with another activation delay. */
  public LambdaConfig withActivation(Duration value) {
    return new LambdaConfig(
        value, accountConcurrency, idleLimit, initLimit, asyncRetries, strictImages, enforceMemory);
  }

  /** The same with another account concurrency. */
  public LambdaConfig withAccountConcurrency(int value) {
    return new LambdaConfig(
        activation, value, idleLimit, initLimit, asyncRetries, strictImages, enforceMemory);
  }

  /** The same with another idle limit. */
  public LambdaConfig withIdleLimit(Duration value) {
    return new LambdaConfig(
        activation,
        accountConcurrency,
        value,
        initLimit,
        asyncRetries,
        strictImages,
        enforceMemory);
  }

  /** The same with other waits before asynchronous retries. */
  public LambdaConfig withAsyncRetries(List<Duration> value) {
    return new LambdaConfig(
        activation, accountConcurrency, idleLimit, initLimit, value, strictImages, enforceMemory);
  }

  /** The same with unlisted images refused or not. */
  public LambdaConfig withStrictImages(boolean value) {
    return new LambdaConfig(
        activation, accountConcurrency, idleLimit, initLimit, asyncRetries, value, enforceMemory);
  }
}
