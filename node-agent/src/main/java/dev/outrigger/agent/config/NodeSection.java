package dev.outrigger.agent.config;

import dev.outrigger.agent.syntax.Amounts;
import dev.outrigger.agent.syntax.Names;
import dev.outrigger.provider.Settings;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads what a node's section says of the Node object, as strictly as the API server would. */
final class NodeSection {

  private static final List<String> EFFECTS =
      List.of("NoSchedule", "PreferNoSchedule", "NoExecute");

  /**
   * What a kubelet may say of itself in Kubernetes' own domains ({@code --node-labels}, {@code
   * k8s.io/kubelet/pkg/apis/well_known_labels.go}).
   */
  private static final Set<String> OWN_LABELS =
      Set.of(
          "beta.kubernetes.io/arch",
          "beta.kubernetes.io/instance-type",
          "beta.kubernetes.io/os",
          "failure-domain.beta.kubernetes.io/region",
          "failure-domain.beta.kubernetes.io/zone",
          "kubernetes.io/arch",
          "kubernetes.io/hostname",
          "kubernetes.io/os",
          "topology.kubernetes.io/region",
          "topology.kubernetes.io/zone");

  private NodeSection() {}

  static Map<String, String> capacity(Settings section) {
    Map<String, String> capacity = section.stringMap("capacity");
    capacity.forEach(
        (resource, amount) ->
            Names.resource(resource)
                .map(allowed -> "the resource's name " + allowed)
                .or(() -> Amounts.problem(resource, amount))
                .ifPresent(problem -> section.problem("capacity." + resource, problem)));
    return capacity;
  }

  static Map<String, String> labels(Settings section, String node) {
    Map<String, String> labels = new TreeMap<>(section.stringMap("labels"));
    labels.forEach(
        (key, value) ->
            Names.qualified(key)
                .map(allowed -> "the key " + allowed)
                .or(() -> Names.labelValue(value).map(allowed -> "the value " + allowed))
                .or(() -> reserved(key, value, node))
                .ifPresent(problem -> section.problem("labels." + key, problem)));
    return labels;
  }

  private static Optional<String> reserved(String key, String value, String node) {
    if (key.equals("kubernetes.io/hostname") && !value.equals(node)) {
      return Optional.of("must be the node's name, which it is without this line");
    }
    int slash = key.indexOf('/');
    String domain = slash < 0 ? "" : key.substring(0, slash);
    boolean free = isIn(domain, "kubelet.kubernetes.io") || isIn(domain, "node.kubernetes.io");
    return OWN_LABELS.contains(key)
            || free
            || !(isIn(domain, "kubernetes.io") || isIn(domain, "k8s.io"))
        ? Optional.empty()
        : Optional.of(
            "is not a label that a node may give itself: use node.kubernetes.io/… or a domain of"
                + " your own");
  }

  private static boolean isIn(String domain, String parent) {
    return domain.equals(parent) || domain.endsWith("." + parent);
  }

  static List<Taint> taints(Settings section, String provider) {
    List<Settings> sections = section.sections("taints");
    if (!section.has("taints")) {
      return List.of(taint("virtual-kubelet.io/provider", provider, "NoSchedule"));
    }
    List<Taint> taints = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Settings each : sections) {
      String key = each.requiredString("key", "the taint's key");
      String value = each.string("value", "");
      String effect = each.choice("effect", "NoSchedule", EFFECTS);
      if (!key.isEmpty()) {
        Names.qualified(key).ifPresent(problem -> each.problem("key", problem));
        if (!seen.add(key + ":" + effect)) {
          each.problem("key", "has this effect already: " + key + ":" + effect);
        }
      }
      Names.labelValue(value).ifPresent(problem -> each.problem("value", problem));
      taints.add(taint(key, value, effect));
    }
    return List.copyOf(taints);
  }

  private static Taint taint(String key, String value, String effect) {
    return new TaintBuilder().withKey(key).withValue(value).withEffect(effect).build();
  }
}
