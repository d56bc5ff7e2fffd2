package dev.outrigger.agent.pod;

import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * All that a decision about one Pod (one UID) rests on.
 *
 * @param pod as the API server has it; null when it has none
 * @param status the status last written, or the API server's; empty object when there is none
 * @param deleted whether the Pod is known to be gone, rather than merely not seen
 * @param workload what the backend holds of it; null when nothing is known
 * @param lost whether the backend said that it holds it no more
 * @param stop when and with which grace its stop was last asked for
 * @param oneShot {@code restartPolicy: Always} counts as Never
 */
record PodSituation(
    @Nullable Pod pod,
    PodStatus status,
    boolean deleted,
    @Nullable Workload workload,
    boolean lost,
    boolean admitted,
    @Nullable StopRequest stop,
    boolean oneShot,
    Instant now) {

  /** A stop that was asked for and acknowledged. */
  record StopRequest(Instant at, java.time.Duration grace) {}
}
