package dev.outrigger.simulator.ecs;

import java.time.Duration;

/**
 * How long a task stays in each state before the next, beside what its containers take.
 *
 * @param provisioning until PENDING (network interface)
 * @param pending until ACTIVATING (image pull)
 * @param activating until RUNNING
 * @param stopping until DEPROVISIONING, after the containers have ended
 * @param deprovisioning until STOPPED
 */
public record LifeCycleDelays(
    Duration provisioning,
    Duration pending,
    Duration activating,
    Duration stopping,
    Duration deprovisioning) {

  /** Short enough for a demo, long enough to be seen. */
  public static final LifeCycleDelays DEMO =
      new LifeCycleDelays(
          Duration.ofMillis(200),
          Duration.ofMillis(300),
          Duration.ofMillis(100),
          Duration.ofMillis(50),
          Duration.ofMillis(150));

  /** No delay. */
  public static final LifeCycleDelays NONE =
      new LifeCycleDelays(
          Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

  /** About what Fargate takes. */
  public static final LifeCycleDelays FARGATE =
      new LifeCycleDelays(
          Duration.ofSeconds(10),
          Duration.ofSeconds(15),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(12));
}
