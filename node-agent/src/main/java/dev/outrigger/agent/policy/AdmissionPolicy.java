package dev.outrigger.agent.policy;

import dev.outrigger.agent.explain.Placement;
import dev.outrigger.provider.fields.FieldTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The policy of one node and its binding, as objects of {@code admissionregistration.k8s.io/v1}
 * (ValidatingAdmissionPolicy, stable since Kubernetes 1.30). Pure.
 *
 * <p>It knows the node's field table; what depends on values (sizes, images, references) is found
 * by {@code outrigger explain}, and by the agent.
 */
public final class AdmissionPolicy {

  /** What the API server does about a Pod that the node would refuse. */
  public enum Action {
    Warn,
    Deny,
    Audit
  }

  private static final String API = "admissionregistration.k8s.io/v1";

  /** Pods, and what is applied by people and makes Pods. */
  private static final List<Map<String, Object>> RESOURCES =
      List.of(
          rule("", List.of("CREATE"), "pods"),
          rule("apps", List.of("CREATE", "UPDATE"), "deployments", "statefulsets", "replicasets"),
          rule("batch", List.of("CREATE", "UPDATE"), "jobs", "cronjobs"));

  private static final String TEMPLATE =
      "has(variables.top.jobTemplate) ? variables.top.jobTemplate.spec.template.spec"
          + " : has(variables.top.template) ? variables.top.template.spec : variables.top";

  private static final String METADATA =
      "has(variables.top.jobTemplate) ? variables.top.jobTemplate.spec.template.metadata"
          + " : has(variables.top.template) ? variables.top.template.metadata"
          + " : dyn(object.metadata)";

  private AdmissionPolicy() {}

  /**
   * The policy and its binding.
   *
   * @param oneShot whether a Pod of this node is a single run, which no Deployment can keep alive
   */
  public static List<Map<String, Object>> of(
      Placement placement,
      String provider,
      FieldTable table,
      boolean oneShot,
      List<Action> actions) {
    String name = "outrigger-" + placement.node();
    String where = " (virtual node " + placement.node() + ", " + provider + ")";
    List<Map<String, Object>> validations = new ArrayList<>();
    if (oneShot) {
      validations.add(
          validation(
              "!(object.kind in ['Deployment', 'StatefulSet', 'ReplicaSet'])",
              "a Pod here is a single run, which this would replace without end; use a Job"
                  + where));
    }
    List<FieldRule> rules = new ArrayList<>(FieldRules.of(table));
    table.annotations().map(AnnotationRules::of).ifPresent(rules::addAll);
    for (FieldRule rule : rules) {
      validations.add(validation(rule.expression(), rule.message() + where));
    }
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("failurePolicy", "Ignore");
    spec.put("matchConstraints", Map.of("resourceRules", RESOURCES));
    spec.put(
        "variables",
        List.of(
            variable("top", "dyn(object.spec)"),
            variable("spec", TEMPLATE),
            variable("metadata", METADATA),
            variable("here", PlacementRule.of(placement))));
    spec.put("validations", validations);
    Map<String, Object> binding = new LinkedHashMap<>();
    binding.put("policyName", name);
    binding.put("validationActions", actions.stream().map(Action::name).toList());
    return List.of(
        object("ValidatingAdmissionPolicy", name, spec),
        object("ValidatingAdmissionPolicyBinding", name, binding));
  }

  private static Map<String, Object> validation(String expression, String message) {
    Map<String, Object> validation = new LinkedHashMap<>();
    validation.put("expression", "!variables.here || " + expression);
    validation.put("message", message);
    return validation;
  }

  private static Map<String, Object> variable(String name, String expression) {
    Map<String, Object> variable = new LinkedHashMap<>();
    variable.put("name", name);
    variable.put("expression", expression);
    return variable;
  }

  private static Map<String, Object> object(String kind, String name, Map<String, Object> spec) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("apiVersion", API);
    object.put("kind", kind);
    object.put(
        "metadata",
        Map.of("name", name, "labels", Map.of("app.kubernetes.io/managed-by", "outrigger")));
    object.put("spec", spec);
    return object;
  }

  private static Map<String, Object> rule(
      String group, List<String> operations, String... resources) {
    Map<String, Object> rule = new LinkedHashMap<>();
    rule.put("apiGroups", List.of(group));
    rule.put("apiVersions", List.of("v1"));
    rule.put("operations", operations);
    rule.put("resources", List.of(resources));
    return rule;
  }
}
