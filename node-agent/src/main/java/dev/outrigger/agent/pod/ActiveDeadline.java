package dev.outrigger.agent.pod;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code spec.activeDeadlineSeconds}, counted from {@code status.startTime} as the kubelet does
 * (pkg/kubelet/active_deadline.go), so that it outlives the agent. Pure.
 */
final class ActiveDeadline {

  /** The kubelet's {@code status.reason}. */
  static final String REASON = "DeadlineExceeded";

  /** The kubelet's {@code status.message}. */
  static final String MESSAGE = "Pod was active on the node longer than the specified deadline";

  private ActiveDeadline() {}

  /**
   * When the Pod's time is over; empty without a deadline, or before it has started.
   *
   * @param startTime {@code status.startTime}
   */
  static Optional<Instant> of(Pod pod, @Nullable String startTime) {
    Long seconds = pod.getSpec().getActiveDeadlineSeconds();
    return seconds == null
        ? Optional.empty()
        : Optional.ofNullable(startTime).map(start -> Instant.parse(start).plusSeconds(seconds));
  }
}
