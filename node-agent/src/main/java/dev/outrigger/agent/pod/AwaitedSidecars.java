package dev.outrigger.agent.pod;

import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Sidecars;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Sidecars that have started, as their start-up probes and postStart hooks have found, while the
 * backend waits to be told before it starts what follows them. Pure.
 */
final class AwaitedSidecars {

  private AwaitedSidecars() {}

  /** The first of which the backend was not told; empty when there is none. */
  static Optional<PodAction> decide(PodSituation situation, Pod pod, Workload workload) {
    Set<String> awaited =
        pod.getSpec().getInitContainers().stream()
            .filter(Sidecars::isAwaited)
            .map(Container::getName)
            .collect(Collectors.toSet());
    PodHealth health = situation.health();
    if (awaited.isEmpty() || health.attempt() != workload.attempt().number()) {
      return Optional.empty();
    }
    return workload.containers().stream()
        .filter(c -> awaited.contains(c.name()))
        .filter(c -> c.state() instanceof ContainerState.Running)
        .filter(c -> health.isStarted(c.name()) && !health.isStarting(c.name()))
        .map(c -> new PodAction.TellStarted(run(workload, c), c.name()))
        .filter(
            tell -> situation.started().getOrDefault(tell.container(), -1) < tell.run().number())
        .<PodAction>map(tell -> tell)
        .findFirst();
  }

  private static PodAttempt run(Workload workload, ContainerObservation container) {
    PodAttempt attempt = workload.attempt();
    return new PodAttempt(attempt.key(), attempt.number() + container.restarts());
  }
}
