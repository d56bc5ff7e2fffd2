package dev.outrigger.agent.pod;

import dev.outrigger.agent.probe.PodHealth;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;

/**
 * How long a Pod's containers may take to end, as the kubelet counts it (calculateEffectiveGrace
 * PeriodSeconds in pkg/kubelet/pod_workers.go): the deletion's grace, else the Pod's own, and at
 * least what killContainer gives in any case. A Pod that was forced out of the API server thus
 * still has its own. Pure.
 */
final class PodGrace {

  private static final long DEFAULT = 30;
  private static final long LEAST = 2;

  private PodGrace() {}

  static Duration of(Pod pod) {
    Long deletion = pod.getMetadata().getDeletionGracePeriodSeconds();
    Long own = pod.getSpec().getTerminationGracePeriodSeconds();
    long seconds = deletion != null ? deletion : own != null ? own : DEFAULT;
    return atLeast(Duration.ofSeconds(seconds));
  }

  /** Of a container that failed its probe, which may have a grace of its own. */
  static Duration of(Pod pod, PodHealth.Unwell unwell) {
    return unwell.grace().map(PodGrace::atLeast).orElseGet(() -> of(pod));
  }

  private static Duration atLeast(Duration grace) {
    Duration least = Duration.ofSeconds(LEAST);
    return grace.compareTo(least) < 0 ? least : grace;
  }
}
