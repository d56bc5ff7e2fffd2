package dev.outrigger.agent.policy;

import dev.outrigger.agent.explain.Placement;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Whether a Pod may come to a node, as CEL over {@code variables.spec}: it names the node, or its
 * nodeSelector fits and it tolerates the node's taints. Affinity is not looked at. Pure.
 */
final class PlacementRule {

  private static final String SPEC = "variables.spec";

  private PlacementRule() {}

  static String of(Placement placement) {
    return "(has(%1$s.nodeName) && %1$s.nodeName != '') ? %1$s.nodeName == %2$s : (%3$s && %4$s)"
        .formatted(
            SPEC,
            Cel.text(placement.node()),
            selected(Cel.map(placement.labels())),
            tolerated(placement.taints()));
  }

  private static String selected(String labels) {
    return "(!has(%1$s.nodeSelector) || %1$s.nodeSelector.all(k, k in %2$s && %2$s[k] =="
            .formatted(SPEC, labels)
        + " %s.nodeSelector[k]))".formatted(SPEC);
  }

  private static String tolerated(List<Taint> taints) {
    List<Taint> binding =
        taints.stream().filter(t -> !"PreferNoSchedule".equals(t.getEffect())).toList();
    return binding.isEmpty()
        ? "true"
        : binding.stream().map(PlacementRule::tolerated).collect(Collectors.joining(" && "));
  }

  private static String tolerated(Taint taint) {
    return """
        (has(%1$s.tolerations) && %1$s.tolerations.exists(t, \
        (has(t.key) && t.key != '' ? t.key == %2$s : has(t.operator) && t.operator == 'Exists') \
        && (!has(t.effect) || t.effect == '' || t.effect == %4$s) \
        && ((has(t.operator) && t.operator == 'Exists') || (has(t.value) ? t.value : '') == %3$s)))"""
        .formatted(
            SPEC,
            Cel.text(taint.getKey()),
            Cel.text(Objects.requireNonNullElse(taint.getValue(), "")),
            Cel.text(taint.getEffect()));
  }
}
