package dev.outrigger.provider;

/**
 * One attempt at running a Pod: the unit of idempotency. {@code number} starts at 0 and equals the
 * containers' {@code restartCount} at the time the attempt starts. Numbers grow, with gaps where
 * the backend started containers again within an attempt ({@link Trait#CONTAINER_RESTARTS}).
 */
public record PodAttempt(PodKey key, int number) {

  public PodAttempt {
    if (number < 0) {
      throw new IllegalArgumentException("attempt " + number + " is negative");
    }
  }

  /**
   * A token of at most 64 characters, unique to this attempt, for backends with idempotent creation
   * (ECS RunTask {@code clientToken}). Letters, digits and hyphens, given that the API server's
   * UIDs are such.
   */
  public String token() {
    return key.uid() + "-" + number;
  }
}
