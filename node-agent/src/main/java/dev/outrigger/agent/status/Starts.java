package dev.outrigger.agent.status;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import java.time.Instant;

/**
 * Whether a container that has ended had started, as statuses tell it. Of one whose program could
 * not be started a kubelet tells the year 1970: its runtime's zero.
 */
public final class Starts {

  static final String START_ERROR = "StartError";

  /** Stands for no time at all. */
  static final String NEVER = Instant.EPOCH.toString();

  private Starts() {}

  public static boolean had(ContainerStateTerminated end) {
    return end.getStartedAt() != null && !NEVER.equals(end.getStartedAt());
  }
}
