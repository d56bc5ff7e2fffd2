package dev.outrigger.agent.status;

import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Statuses of Pods with containers in certain states, as they are computed. */
final class Computed {

  static final Instant NOW = Instant.parse("2026-01-01T00:00:00.5Z");

  private Computed() {}

  static PodCondition condition(PodStatus status, String type) {
    return status.getConditions().stream()
        .filter(c -> type.equals(c.getType()))
        .findFirst()
        .orElseThrow();
  }

  /**
   * An init container {@code i}, main ones {@code a} and {@code b}.
   *
   * @param init as {@link #observation} takes it
   */
  static PodStatus compute(String policy, PodStatus before, String init, String a, String b) {
    return compute(
        pod(policy),
        before,
        List.of(observation("i", init), observation("a", a), observation("b", b)));
  }

  /** The Pod of {@link #compute(String, PodStatus, String, String, String)}, not run. */
  static PodStatus reject(PodStatus before, String reason) {
    return PodStatusComputer.rejected(facts(pod("Always"), before, null), reason, "no");
  }

  private static Pod pod(String policy) {
    return Serialization.unmarshal(
        """
        metadata: {name: p, namespace: n, uid: u}
        spec:
          restartPolicy: %s
          initContainers: [{name: i}]
          containers: [{name: a}, {name: b}]
        """
            .formatted(policy),
        Pod.class);
  }

  /** Computed for the first time. */
  static PodStatus compute(Pod pod, ContainerObservation... containers) {
    return compute(pod, new PodStatus(), List.of(containers));
  }

  private static PodStatus compute(
      Pod pod, PodStatus before, List<ContainerObservation> containers) {
    Workload workload = new Workload(new PodAttempt(new PodKey("u", "n", "p"), 0), "h", containers);
    return PodStatusComputer.compute(facts(pod, before, workload));
  }

  private static PodFacts facts(Pod pod, PodStatus before, @Nullable Workload workload) {
    return new PodFacts(
        pod,
        before,
        workload,
        0,
        Map.of(),
        PodFacts.Waiting.CREATING,
        PodHealth.UNPROBED,
        false,
        "10.0.0.9",
        NOW);
  }

  /** W: waiting, R: running, a number: an exit code, ?: an unknown one. */
  static ContainerObservation observation(String name, String state) {
    return new ContainerObservation(
        name,
        switch (state) {
          case "W" -> new ContainerState.Waiting("ContainerCreating", "");
          case "R" -> new ContainerState.Running(NOW);
          case "?" ->
              new ContainerState.Terminated(OptionalInt.empty(), "", "", Optional.of(NOW), NOW);
          default ->
              new ContainerState.Terminated(
                  OptionalInt.of(Integer.parseInt(state)), "", "", Optional.of(NOW), NOW);
        });
  }
}
