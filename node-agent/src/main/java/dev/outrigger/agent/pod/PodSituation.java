package dev.outrigger.agent.pod;

import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * All that a decision about one Pod (one UID) rests on.
 *
 * @param pod as the API server has it; null when it has none
 * @param status the status last written, or the API server's; empty object when there is none
 * @param deleted whether the Pod is known to be gone, rather than merely not seen
 * @param graceWhenGone of a Pod that was seen and is gone: how long its containers may take
 * @param workload what the backend holds of it; null when nothing is known
 * @param lost whether the backend said that it holds it no more
 * @param stop when and with which grace its stop was last asked for
 * @param forgiven the last attempt that was seen to run for long; 0 for none
 * @param oneShot {@code restartPolicy: Always} counts as Never
 */
record PodSituation(
    @Nullable Pod pod,
    PodStatus status,
    boolean deleted,
    Duration graceWhenGone,
    @Nullable Workload workload,
    boolean lost,
    boolean admitted,
    @Nullable StopRequest stop,
    int forgiven,
    boolean oneShot,
    Instant now) {

  /** A stop that was asked for and acknowledged. */
  record StopRequest(Instant at, Duration grace) {}

  /** Whether what the backend holds of the current attempt is not known (yet). */
  boolean isUnseen() {
    return workload == null || workload.attempt().number() < PodDecision.attempt(status);
  }

  /** Whether something of it runs, or is about to. */
  boolean isLive() {
    return workload != null && !workload.isTerminated() && !lost;
  }
}
