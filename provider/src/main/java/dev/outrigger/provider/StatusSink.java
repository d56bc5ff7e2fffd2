package dev.outrigger.provider;

/**
 * Receives what a provider observes. Implementations return at once and may be called from any
 * thread; calls for one Pod are ordered by the provider, oldest first.
 */
public interface StatusSink {

  /** The latest state of one attempt. Saying the same twice is harmless. */
  void observed(Workload workload);

  /**
   * The backend holds nothing for this attempt any more, though {@link Provider#delete} was not
   * confirmed for it: someone removed it behind the agent's back, or its record expired.
   */
  void gone(PodAttempt attempt);
}
