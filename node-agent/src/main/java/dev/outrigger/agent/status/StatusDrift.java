package dev.outrigger.agent.status;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What of the node's part of a status somebody else wrote over: the node life-cycle controller says
 * that no Pod of a node is Ready which it has not heard of for long, and anybody with the right may
 * write anything. Only what matters is compared, so that no form that the API server prefers (empty
 * lists, formatted times) passes for a change. Pure.
 */
public final class StatusDrift {

  private StatusDrift() {}

  /**
   * What was written, with what others made of it since; empty when it is as it was written. A
   * patch from this to what was written sets it right.
   */
  public static Optional<PodStatus> of(PodStatus written, @Nullable PodStatus seen) {
    if (seen == null || written.getPhase() == null || isEndOfOthers(written, seen)) {
      return Optional.empty();
    }
    PodStatusBuilder theirs = new PodStatusBuilder(written);
    boolean drifted = false;
    if (!written.getPhase().equals(seen.getPhase())) {
      theirs.withPhase(seen.getPhase());
      drifted = true;
    }
    if (changed(written.getReason(), seen.getReason())
        || changed(written.getMessage(), seen.getMessage())) {
      theirs.withReason(seen.getReason()).withMessage(seen.getMessage());
      drifted = true;
    }
    if (!Objects.equals(written.getPodIP(), seen.getPodIP())) {
      theirs.withPodIP(seen.getPodIP()).withPodIPs(seen.getPodIPs());
      drifted = true;
    }
    if (!Objects.equals(written.getHostIP(), seen.getHostIP())) {
      theirs.withHostIP(seen.getHostIP()).withHostIPs(seen.getHostIPs());
      drifted = true;
    }
    if (differ(written.getContainerStatuses(), seen.getContainerStatuses())) {
      theirs.withContainerStatuses(seen.getContainerStatuses());
      drifted = true;
    }
    if (differ(written.getInitContainerStatuses(), seen.getInitContainerStatuses())) {
      theirs.withInitContainerStatuses(seen.getInitContainerStatuses());
      drifted = true;
    }
    List<PodCondition> conditions = conditions(written, seen);
    if (!conditions.equals(written.getConditions())) {
      theirs.withConditions(conditions);
      drifted = true;
    }
    return drifted ? Optional.of(theirs.build()) : Optional.empty();
  }

  /** A terminal phase that somebody else wrote counts, as it does for the kubelet. */
  private static boolean isEndOfOthers(PodStatus written, PodStatus seen) {
    return PodPhase.isTerminal(Objects.requireNonNullElse(seen.getPhase(), ""))
        && !PodPhase.isTerminal(written.getPhase());
  }

  /** What the node does not say is not its own. */
  private static boolean changed(@Nullable String written, @Nullable String seen) {
    return written != null && !written.equals(seen);
  }

  private static boolean differ(
      @Nullable List<ContainerStatus> written, @Nullable List<ContainerStatus> seen) {
    return !summaries(written).equals(summaries(seen));
  }

  private static List<String> summaries(@Nullable List<ContainerStatus> statuses) {
    return Optional.ofNullable(statuses).orElse(List.of()).stream()
        .map(
            s ->
                String.join(
                    " ",
                    s.getName(),
                    String.valueOf(s.getRestartCount()),
                    String.valueOf(s.getReady()),
                    state(s.getState())))
        .sorted()
        .toList();
  }

  private static String state(@Nullable ContainerState state) {
    if (state == null) {
      return "none";
    }
    if (state.getTerminated() != null) {
      return "terminated " + state.getTerminated().getExitCode();
    }
    return state.getRunning() != null ? "running" : "waiting";
  }

  private static List<PodCondition> conditions(PodStatus written, PodStatus seen) {
    List<PodCondition> merged = new ArrayList<>();
    for (PodCondition condition : written.getConditions()) {
      PodCondition theirs = ofType(condition.getType(), seen.getConditions());
      if (theirs != null) {
        boolean same = Objects.equals(theirs.getStatus(), condition.getStatus());
        merged.add(same ? condition : theirs);
      }
    }
    return merged;
  }

  private static @Nullable PodCondition ofType(String type, List<PodCondition> conditions) {
    for (PodCondition condition : conditions) {
      if (type.equals(condition.getType())) {
        return condition;
      }
    }
    return null;
  }
}
