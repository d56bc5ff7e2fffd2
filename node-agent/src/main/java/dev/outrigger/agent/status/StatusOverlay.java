package dev.outrigger.agent.status;

import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A Pod's whole status: what the API server holds, with the node's own part of it as last written.
 * What belongs to others (PodScheduled, readiness gates, qosClass) stays. Pure.
 */
public final class StatusOverlay {

  private StatusOverlay() {}

  public static PodStatus of(@Nullable PodStatus seen, PodStatus own) {
    if (seen == null) {
      return own;
    }
    PodStatusBuilder whole = new PodStatusBuilder(seen);
    ifSet(own.getPhase(), whole::withPhase);
    ifSet(own.getReason(), whole::withReason);
    ifSet(own.getMessage(), whole::withMessage);
    ifSet(own.getStartTime(), whole::withStartTime);
    whole
        .withHostIP(own.getHostIP())
        .withHostIPs(own.getHostIPs())
        .withPodIP(own.getPodIP())
        .withPodIPs(own.getPodIPs())
        .withContainerStatuses(own.getContainerStatuses())
        .withInitContainerStatuses(own.getInitContainerStatuses())
        .withEphemeralContainerStatuses(own.getEphemeralContainerStatuses());
    whole.withObservedGeneration(
        Optional.ofNullable(own.getObservedGeneration()).orElse(seen.getObservedGeneration()));
    return whole.withConditions(conditions(seen.getConditions(), own.getConditions())).build();
  }

  /** Merged by type, as the API server merges them; the node's own go if it says none any more. */
  private static List<PodCondition> conditions(
      @Nullable List<PodCondition> seen, @Nullable List<PodCondition> own) {
    Map<String, PodCondition> byType = new LinkedHashMap<>();
    if (seen != null && (own == null || own.isEmpty())) {
      return seen.stream().filter(c -> !StatusPatch.OWN_CONDITIONS.contains(c.getType())).toList();
    }
    ifAny(own, list -> list.forEach(c -> byType.put(c.getType(), c)));
    ifAny(seen, list -> list.forEach(c -> byType.putIfAbsent(c.getType(), c)));
    return new ArrayList<>(byType.values());
  }

  private static void ifSet(@Nullable String value, Consumer<String> setter) {
    if (value != null) {
      setter.accept(value);
    }
  }

  private static <T extends Collection<?>> void ifAny(@Nullable T values, Consumer<T> setter) {
    if (values != null && !values.isEmpty()) {
      setter.accept(values);
    }
  }
}
