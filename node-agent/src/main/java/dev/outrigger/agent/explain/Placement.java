package dev.outrigger.agent.explain;

import dev.outrigger.agent.pod.NodeSelection;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whether a node would be given a Pod: what the scheduler's NodeAffinity and TaintToleration
 * plugins see. Pure.
 *
 * @param labels the node's, as the agent sets them
 */
public record Placement(String node, Map<String, String> labels, List<Taint> taints) {

  public Placement {
    labels = Map.copyOf(labels);
    taints = List.copyOf(taints);
  }

  /** Why the Pod would not come here; empty when it would, or is bound here by its nodeName. */
  Optional<String> obstacle(Pod pod) {
    if (!NodeSelection.matches(pod, node, labels)) {
      return Optional.of(
          "its nodeSelector or affinity does not match the node's labels " + new TreeMap<>(labels));
    }
    boolean bound = pod.getSpec().getNodeName() != null && !pod.getSpec().getNodeName().isEmpty();
    return bound
        ? Optional.empty()
        : taints.stream()
            .filter(t -> !"PreferNoSchedule".equals(t.getEffect()))
            .filter(t -> pod.getSpec().getTolerations().stream().noneMatch(o -> tolerates(o, t)))
            .findFirst()
            .map(t -> "it does not tolerate the node's taint " + text(t));
  }

  private static boolean tolerates(Toleration toleration, Taint taint) {
    boolean everyKey = toleration.getKey() == null || toleration.getKey().isEmpty();
    boolean exists = "Exists".equals(toleration.getOperator());
    boolean effect =
        toleration.getEffect() == null
            || toleration.getEffect().isEmpty()
            || toleration.getEffect().equals(taint.getEffect());
    boolean key = everyKey ? exists : toleration.getKey().equals(taint.getKey());
    boolean value =
        exists
            || Objects.requireNonNullElse(toleration.getValue(), "")
                .equals(Objects.requireNonNullElse(taint.getValue(), ""));
    return effect && key && value;
  }

  private static String text(Taint taint) {
    String value = Objects.requireNonNullElse(taint.getValue(), "");
    return taint.getKey() + (value.isEmpty() ? "" : "=" + value) + ":" + taint.getEffect();
  }
}
