package dev.outrigger.agent.probe;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One probe of a container, with the API server's defaults.
 *
 * @param initialDelay counted from the container's start
 * @param grace of the stop that follows its failure; empty means the Pod's own
 */
record ProbeSpec(
    ProbeKind kind,
    ProbeHandler handler,
    Duration initialDelay,
    Duration period,
    Duration timeout,
    int successThreshold,
    int failureThreshold,
    Optional<Duration> grace) {

  static Optional<ProbeSpec> of(ProbeKind kind, Container container) {
    return kind.of(container).map(probe -> of(kind, probe, container));
  }

  private static ProbeSpec of(ProbeKind kind, Probe probe, Container container) {
    return new ProbeSpec(
        kind,
        ProbeHandler.of(probe, container),
        seconds(probe.getInitialDelaySeconds(), 0),
        seconds(probe.getPeriodSeconds(), 10),
        seconds(probe.getTimeoutSeconds(), 1),
        number(probe.getSuccessThreshold(), 1),
        number(probe.getFailureThreshold(), 3),
        Optional.ofNullable(probe.getTerminationGracePeriodSeconds()).map(Duration::ofSeconds));
  }

  private static Duration seconds(@Nullable Integer declared, int otherwise) {
    return Duration.ofSeconds(declared == null ? otherwise : declared);
  }

  private static int number(@Nullable Integer declared, int otherwise) {
    return declared == null || declared < 1 ? otherwise : declared;
  }
}
