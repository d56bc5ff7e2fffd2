package dev.outrigger.agent.pod;

import dev.outrigger.provider.PodAttempt;
import java.util.HashSet;
import java.util.Set;

/** What probes and hooks of all agents really found, each of one run of one container. */
final class SteppedFindings {

  /** What was found. */
  enum Kind {
    /** A liveness or start-up probe has failed. */
    UNWELL,
    /** A postStart hook has failed. */
    HOOK_FAILED,
    /** A start-up probe has succeeded. */
    STARTED
  }

  /**
   * @param restarts of the container in the attempt, before this run
   */
  record Finding(PodAttempt attempt, String container, int restarts, Kind kind) {}

  private final Set<Finding> all = new HashSet<>();

  void add(PodAttempt attempt, String container, int restarts, Kind kind) {
    all.add(new Finding(attempt, container, restarts, kind));
  }

  boolean contains(PodAttempt attempt, String container, int restarts, Kind kind) {
    return all.contains(new Finding(attempt, container, restarts, kind));
  }
}
