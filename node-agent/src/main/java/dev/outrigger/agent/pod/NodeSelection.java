package dev.outrigger.agent.pod;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a Pod chooses a node: its {@code nodeSelector}, and what its node affinity requires
 * (k8s.io/component-helpers/scheduling/corev1/nodeaffinity). Pure.
 */
public final class NodeSelection {

  private NodeSelection() {}

  /**
   * @param labels the node's
   */
  public static boolean matches(Pod pod, String node, Map<String, String> labels) {
    PodSpec spec = pod.getSpec();
    Map<String, String> selector = Optional.ofNullable(spec.getNodeSelector()).orElse(Map.of());
    return labels.entrySet().containsAll(selector.entrySet())
        && required(spec).map(s -> matches(s, node, labels)).orElse(true);
  }

  private static Optional<NodeSelector> required(PodSpec spec) {
    return Optional.ofNullable(spec.getAffinity())
        .map(Affinity::getNodeAffinity)
        .map(NodeAffinity::getRequiredDuringSchedulingIgnoredDuringExecution);
  }

  private static boolean matches(NodeSelector selector, String node, Map<String, String> labels) {
    return selector.getNodeSelectorTerms().stream().anyMatch(t -> matches(t, node, labels));
  }

  /** A term without requirements matches nothing. */
  private static boolean matches(NodeSelectorTerm term, String node, Map<String, String> labels) {
    List<NodeSelectorRequirement> expressions = term.getMatchExpressions();
    List<NodeSelectorRequirement> fields = term.getMatchFields();
    return (!expressions.isEmpty() || !fields.isEmpty())
        && expressions.stream().allMatch(r -> matches(r, labels.get(r.getKey())))
        && fields.stream()
            .allMatch(r -> matches(r, "metadata.name".equals(r.getKey()) ? node : null));
  }

  private static boolean matches(NodeSelectorRequirement requirement, @Nullable String value) {
    List<String> values = requirement.getValues();
    return switch (requirement.getOperator()) {
      case "In" -> value != null && values.contains(value);
      case "NotIn" -> value == null || !values.contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      case "Gt" -> compare(value, values) > 0;
      case "Lt" -> compare(value, values) < 0;
      default -> false;
    };
  }

  /** 0 where one of both is no number: then neither is greater. */
  private static int compare(@Nullable String value, List<String> values) {
    try {
      return value == null || values.size() != 1
          ? 0
          : new BigInteger(value).compareTo(new BigInteger(values.getFirst()));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
