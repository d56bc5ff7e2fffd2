package dev.outrigger.agent.pod;

import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.agent.status.Restarts;
import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is done about containers that failed a probe or a hook, where the backend starts each again
 * alone (pkg/kubelet/kuberuntime: computePodActions). Pure.
 */
final class UnwellContainers {

  private UnwellContainers() {}

  /** What to do about them next; empty when nothing is. */
  static Optional<PodAction> decide(
      PodSituation situation, Pod pod, Workload workload, Restarts restarts) {
    List<PodHealth.Unwell> unwell =
        situation.health().unwellIn(workload.attempt().number()).stream()
            .filter(u -> runs(u, workload))
            .toList();
    if (unwell.stream().anyMatch(u -> u.probe().isPresent() && !isAgain(u, restarts))
        && mains(pod, workload).noneMatch(c -> goesOn(c, unwell, restarts))) {
      return Optional.of(PodDecision.stop(situation, PodGrace.of(pod), new PodAction.Report()));
    }
    return situation.latestStop() != null
        ? Optional.empty()
        : unwell.stream()
            .map(u -> stop(u, pod, workload, restarts))
            .filter(stop -> isToBeAsked(situation, stop))
            .<PodAction>map(stop -> stop)
            .findFirst();
  }

  private static boolean runs(PodHealth.Unwell unwell, Workload workload) {
    return workload.containers().stream()
        .filter(c -> c.name().equals(unwell.container()))
        .anyMatch(c -> c.state() instanceof ContainerState.Running && c.restarts() == unwell.run());
  }

  private static Stream<ContainerObservation> mains(Pod pod, Workload workload) {
    return workload.containers().stream()
        .filter(
            c ->
                pod.getSpec().getContainers().stream().anyMatch(m -> m.getName().equals(c.name())));
  }

  /** Whether it runs well, is started again, or has not been started yet. */
  private static boolean goesOn(
      ContainerObservation main, List<PodHealth.Unwell> unwell, Restarts restarts) {
    return !(main.state() instanceof ContainerState.Terminated)
        && unwell.stream()
            .filter(u -> u.container().equals(main.name()))
            .noneMatch(u -> u.probe().isPresent() && !isAgain(u, restarts));
  }

  private static PodAction.StopContainer stop(
      PodHealth.Unwell unwell, Pod pod, Workload workload, Restarts restarts) {
    PodAttempt attempt = workload.attempt();
    return new PodAction.StopContainer(
        unwell,
        new PodAttempt(attempt.key(), attempt.number() + unwell.run()),
        PodGrace.of(pod, unwell),
        isAgain(unwell, restarts));
  }

  /** Of a failed hook, the exit code decides. */
  private static boolean isAgain(PodHealth.Unwell unwell, Restarts restarts) {
    return unwell.probe().isPresent() && restarts.isAgainOnceStopped(unwell.container());
  }

  private static boolean isToBeAsked(PodSituation situation, PodAction.StopContainer stop) {
    PodSituation.StopRequest asked = situation.containerStops().get(stop.unwell().container());
    if (asked == null || asked.attempt() < stop.run().number()) {
      return true;
    }
    Duration patience = asked.grace().plus(PodDecision.STOP_PATIENCE);
    return situation.now().isAfter(asked.at().plus(patience));
  }
}
