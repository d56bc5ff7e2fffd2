package dev.outrigger.agent.status;

import dev.outrigger.provider.Sidecars;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodReadinessGate;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The conditions that a kubelet owns (pkg/kubelet/status/generate.go). PodScheduled is the
 * scheduler's where it placed the Pod; readiness gates belong to others and are only read. Pure.
 */
final class PodConditions {

  private static final String NOT_READY = "ContainersNotReady";

  private PodConditions() {}

  static List<PodCondition> of(
      PodFacts facts, String phase, List<ContainerStatus> init, List<ContainerStatus> main) {
    List<PodCondition> conditions = new ArrayList<>();
    boolean sandbox =
        facts.workload() != null
            && !facts.workload().isTerminated()
            && (facts.workload().podIp().isPresent() || started(main, init) || ran(facts))
            && !PodPhase.isTerminal(phase);
    Set<String> sidecars = Sidecars.names(facts.pod().getSpec());
    conditions.add(condition(facts, "PodReadyToStartContainers", sandbox, null, null));
    conditions.add(initialized(facts, phase, init, main, sidecars));
    List<ContainerStatus> serving = new ArrayList<>(init);
    serving.removeIf(s -> !sidecars.contains(s.getName()));
    serving.addAll(main);
    Unready unready = unready(phase, serving);
    conditions.add(
        condition(facts, "ContainersReady", unready == null, reason(unready), message(unready)));
    Unready gate = unready == null ? gates(facts) : unready;
    conditions.add(condition(facts, "Ready", gate == null, reason(gate), message(gate)));
    if (!isScheduled(facts.pod())) {
      conditions.add(condition(facts, "PodScheduled", true, null, null));
    }
    return conditions;
  }

  /** A Pod that names its node itself never met the scheduler: its node says that it is placed. */
  private static boolean isScheduled(Pod pod) {
    return pod.getStatus() != null
        && Optional.ofNullable(pod.getStatus().getConditions()).orElse(List.of()).stream()
            .anyMatch(c -> "PodScheduled".equals(c.getType()) && "True".equals(c.getStatus()));
  }

  /** Whether a Pod was not ready since its containers were not, rather than since it had ended. */
  static boolean wasPending(PodStatus status) {
    return Optional.ofNullable(status.getConditions()).orElse(List.of()).stream()
        .anyMatch(c -> "Ready".equals(c.getType()) && NOT_READY.equals(c.getReason()));
  }

  private record Unready(String reason, @Nullable String message) {}

  private static boolean started(List<ContainerStatus> main, List<ContainerStatus> init) {
    return main.stream().anyMatch(s -> s.getState().getWaiting() == null)
        || init.stream().anyMatch(s -> s.getState().getWaiting() == null);
  }

  /** Whether a sidecar has run that waits to be started again. */
  private static boolean ran(PodFacts facts) {
    return facts.workload() != null
        && facts.workload().containers().stream().anyMatch(c -> c.last().isPresent());
  }

  private static PodCondition initialized(
      PodFacts facts,
      String phase,
      List<ContainerStatus> init,
      List<ContainerStatus> main,
      Set<String> sidecars) {
    if ("Succeeded".equals(phase)) {
      return condition(facts, "Initialized", true, "PodCompleted", null);
    }
    // Sidecars that start again do not take back that the Pod was initialized.
    List<String> incomplete =
        started(main, List.of())
            ? List.of()
            : init.stream()
                .filter(s -> !(sidecars.contains(s.getName()) ? s.getStarted() : s.getReady()))
                .map(ContainerStatus::getName)
                .toList();
    return incomplete.isEmpty()
        ? condition(facts, "Initialized", true, null, null)
        : condition(
            facts,
            "Initialized",
            false,
            "ContainersNotInitialized",
            "containers with incomplete status: [" + String.join(" ", incomplete) + "]");
  }

  private static @Nullable Unready unready(String phase, List<ContainerStatus> serving) {
    if ("Succeeded".equals(phase)) {
      return new Unready("PodCompleted", null);
    }
    if ("Failed".equals(phase)) {
      return new Unready("PodFailed", null);
    }
    List<String> names =
        serving.stream().filter(s -> !s.getReady()).map(ContainerStatus::getName).toList();
    return names.isEmpty()
        ? null
        : new Unready(
            NOT_READY, "containers with unready status: [" + String.join(" ", names) + "]");
  }

  private static @Nullable Unready gates(PodFacts facts) {
    List<PodReadinessGate> gates = facts.pod().getSpec().getReadinessGates();
    if (gates == null) {
      return null;
    }
    List<PodCondition> theirs =
        facts.pod().getStatus() == null
            ? List.of()
            : Optional.ofNullable(facts.pod().getStatus().getConditions()).orElse(List.of());
    List<String> unmet =
        gates.stream()
            .map(PodReadinessGate::getConditionType)
            .flatMap(type -> unmet(type, theirs).stream())
            .toList();
    return unmet.isEmpty() ? null : new Unready("ReadinessGatesNotReady", String.join(", ", unmet));
  }

  private static Optional<String> unmet(String type, List<PodCondition> conditions) {
    Optional<PodCondition> found =
        conditions.stream().filter(c -> type.equals(c.getType())).findFirst();
    if (found.isEmpty()) {
      return Optional.of(
          "corresponding condition of pod readiness gate \"" + type + "\" does not exist.");
    }
    String status = found.get().getStatus();
    return "True".equals(status)
        ? Optional.empty()
        : Optional.of(
            "the status of pod readiness gate \"%s\" is not \"True\", but %s"
                .formatted(type, status));
  }

  private static @Nullable String reason(@Nullable Unready unready) {
    return unready == null ? null : unready.reason;
  }

  private static @Nullable String message(@Nullable Unready unready) {
    return unready == null ? null : unready.message;
  }

  private static PodCondition condition(
      PodFacts facts,
      String type,
      boolean value,
      @Nullable String reason,
      @Nullable String message) {
    String status = value ? "True" : "False";
    List<PodCondition> before =
        Optional.ofNullable(facts.before().getConditions()).orElse(List.of());
    String since =
        before.stream()
            .filter(c -> type.equals(c.getType()) && status.equals(c.getStatus()))
            .map(PodCondition::getLastTransitionTime)
            .findFirst()
            .orElse(ContainerStatuses.time(facts.now()));
    return new PodConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withReason(reason)
        .withMessage(message)
        .withLastTransitionTime(since)
        .withObservedGeneration(facts.pod().getMetadata().getGeneration())
        .build();
  }
}
