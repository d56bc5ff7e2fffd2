package dev.outrigger.agent.pod;

import dev.outrigger.agent.resolve.NodeFacts;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodOS;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whether a Pod that was bound to the node may run on it, in the kubelet's order and words
 * (pkg/kubelet/lifecycle/predicate.go). May ask the API server.
 */
final class Predicates {

  private static final String OS = "linux";
  private static final String OS_LABEL = "kubernetes.io/os";

  private final NodeFacts node;
  private final Admission admission;
  private final Supplier<Map<String, String>> liveLabels;

  /**
   * @param liveLabels the node's labels as the API server has them now: people may have added some
   */
  Predicates(NodeFacts node, Admission admission, Supplier<Map<String, String>> liveLabels) {
    this.node = node;
    this.admission = admission;
    this.liveLabels = liveLabels;
  }

  /** Lets the Pod in, and counts what it requests, or says why not. */
  Optional<Admission.Rejection> admit(Pod pod) {
    return operatingSystem(pod).or(() -> admission.admit(pod)).or(() -> affinity(pod));
  }

  private static Optional<Admission.Rejection> operatingSystem(Pod pod) {
    String label =
        Optional.ofNullable(pod.getMetadata().getLabels()).orElse(Map.of()).get(OS_LABEL);
    if (label != null && !OS.equals(label)) {
      return Optional.of(
          new Admission.Rejection(
              "PodOSSelectorNodeLabelDoesNotMatch",
              "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label"));
    }
    return Optional.ofNullable(pod.getSpec().getOs())
        .map(PodOS::getName)
        .filter(name -> !OS.equals(name))
        .map(
            name ->
                new Admission.Rejection(
                    "PodOSNotSupported",
                    "Failed to admit pod as the OS field doesn't match node OS"));
  }

  private Optional<Admission.Rejection> affinity(Pod pod) {
    boolean matches =
        NodeSelection.matches(pod, node.name(), node.labels())
            || NodeSelection.matches(pod, node.name(), liveLabels.get());
    return matches
        ? Optional.empty()
        : Optional.of(
            new Admission.Rejection(
                "NodeAffinity",
                "Predicate NodeAffinity failed: node(s) didn't match Pod's node"
                    + " affinity/selector"));
  }
}
