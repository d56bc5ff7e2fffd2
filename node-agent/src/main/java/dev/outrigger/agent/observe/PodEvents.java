package dev.outrigger.agent.observe;

import dev.outrigger.provider.PodKey;

/** Tells people what happened to a Pod. Returns at once; repeats are counted, not repeated. */
public interface PodEvents {

  void warning(PodKey pod, String reason, String message);

  void normal(PodKey pod, String reason, String message);

  /**
   * The same about a part of the Pod.
   *
   * @param fieldPath for example {@code spec.containers{name}}
   */
  PodEvents in(String fieldPath);
}
