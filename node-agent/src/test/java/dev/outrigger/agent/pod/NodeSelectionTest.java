package dev.outrigger.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** As the scheduler and the kubelet read a Pod's choice of nodes. */
final class NodeSelectionTest {

  private static final Map<String, String> LABELS = Map.of("zone", "a", "size", "10", "disk", "");

  @Test
  void selectorNamesLabelsThatMustAllBeThere() {
    assertThat(matches("{}")).isTrue();
    assertThat(matches("{nodeSelector: {zone: a, size: '10'}}")).isTrue();
    assertThat(matches("{nodeSelector: {zone: b}}")).isFalse();
    assertThat(matches("{nodeSelector: {zone: a, missing: x}}")).isFalse();
  }

  @Test
  void everyOperatorOfAnExpressionCounts() {
    assertThat(expression("{key: zone, operator: In, values: [a, b]}")).isTrue();
    assertThat(expression("{key: zone, operator: In, values: [b]}")).isFalse();
    assertThat(expression("{key: missing, operator: In, values: [b]}")).isFalse();
    assertThat(expression("{key: zone, operator: NotIn, values: [b]}")).isTrue();
    assertThat(expression("{key: missing, operator: NotIn, values: [b]}")).isTrue();
    assertThat(expression("{key: zone, operator: NotIn, values: [a]}")).isFalse();
    assertThat(expression("{key: disk, operator: Exists}")).isTrue();
    assertThat(expression("{key: missing, operator: Exists}")).isFalse();
    assertThat(expression("{key: missing, operator: DoesNotExist}")).isTrue();
    assertThat(expression("{key: disk, operator: DoesNotExist}")).isFalse();
    assertThat(expression("{key: size, operator: Gt, values: ['9']}")).isTrue();
    assertThat(expression("{key: size, operator: Gt, values: ['10']}")).isFalse();
    assertThat(expression("{key: size, operator: Lt, values: ['11']}")).isTrue();
    assertThat(expression("{key: zone, operator: Lt, values: ['11']}")).isFalse();
  }

  @Test
  void oneOfSeveralTermsSufficesAndAnEmptyOneMatchesNothing() {
    String a = "{matchExpressions: [{key: zone, operator: In, values: [a]}]}";
    String b = "{matchExpressions: [{key: zone, operator: In, values: [b]}]}";
    String both =
        "{matchExpressions: [{key: zone, operator: Exists}, {key: missing, operator: Exists}]}";
    assertThat(terms(b + ", " + a)).isTrue();
    assertThat(terms(b)).isFalse();
    assertThat(terms(both)).isFalse();
    assertThat(terms("{}")).isFalse();
  }

  @Test
  void nodeIsChosenByItsName() {
    String field = "{matchFields: [{key: metadata.name, operator: In, values: [%s]}]}";
    assertThat(terms(field.formatted("node"))).isTrue();
    assertThat(terms(field.formatted("other"))).isFalse();
  }

  private static boolean expression(String expression) {
    return terms("{matchExpressions: [" + expression + "]}");
  }

  private static boolean terms(String terms) {
    return matches(
        "{affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
            + " {nodeSelectorTerms: ["
            + terms
            + "]}}}}");
  }

  private static boolean matches(String spec) {
    Pod pod = Serialization.unmarshal("---\nspec: " + spec, Pod.class);
    return NodeSelection.matches(pod, "node", LABELS);
  }
}
