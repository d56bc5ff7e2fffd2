package dev.outrigger.agent.status;

import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Conditions of the node's that somebody else wrote over: the node life-cycle controller says that
 * no Pod of a node is Ready which it has not heard of for long. Pure.
 */
public final class StatusDrift {

  private StatusDrift() {}

  /**
   * What was written, with what others made of its conditions since; empty when they are as they
   * were written. Written against this, the next patch sets them right.
   */
  public static Optional<PodStatus> of(PodStatus written, @Nullable PodStatus seen) {
    List<PodCondition> ours = conditions(written);
    if (seen == null || ours.isEmpty()) {
      return Optional.empty();
    }
    List<PodCondition> merged = new ArrayList<>();
    boolean drifted = false;
    for (PodCondition condition : ours) {
      PodCondition theirs = ofType(condition.getType(), conditions(seen));
      boolean changed =
          theirs != null && !Objects.equals(theirs.getStatus(), condition.getStatus());
      merged.add(changed ? theirs : condition);
      drifted |= changed;
    }
    return drifted
        ? Optional.of(new PodStatusBuilder(written).withConditions(merged).build())
        : Optional.empty();
  }

  private static @Nullable PodCondition ofType(String type, List<PodCondition> conditions) {
    for (PodCondition condition : conditions) {
      if (type.equals(condition.getType())) {
        return condition;
      }
    }
    return null;
  }

  private static List<PodCondition> conditions(PodStatus status) {
    return Optional.ofNullable(status.getConditions()).orElse(List.of());
  }
}
