package dev.outrigger.agent.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerRestartRule;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.stream.Stream;

/**
 * Which containers a kubelet starts again, read from its own code and nothing of the agent's
 * (ContainerShouldRestart of pkg/api/v1/pod/util.go, computePodActions of
 * pkg/kubelet/kuberuntime/kuberuntime_manager.go, Kubernetes 1.35).
 */
final class KubeletRules {

  /** What a kubelet says of an end that it has not seen. */
  static final int UNKNOWN = 137;

  private KubeletRules() {}

  /** ContainerShouldRestart. */
  static boolean restarts(Container container, String podPolicy, int exitCode) {
    String policy = container.getRestartPolicy();
    if (policy != null) {
      for (ContainerRestartRule rule : container.getRestartPolicyRules()) {
        boolean listed = rule.getExitCodes().getValues().contains(exitCode);
        if (rule.getExitCodes().getOperator().equals("In") == listed) {
          return true; // Restart is the only action
        }
      }
    }
    return switch (policy == null ? podPolicy : policy) {
      case "Always" -> true;
      case "OnFailure" -> exitCode != 0;
      case "Never" -> false;
      default -> throw new IllegalArgumentException(policy);
    };
  }

  /** Whether one that failed a probe is started again: by its policy, and not by its rules. */
  static boolean restartsOnceKilled(Container container, String podPolicy) {
    String policy = container.getRestartPolicy();
    return !"Never".equals(policy == null ? podPolicy : policy);
  }

  static Container container(PodSpec spec, String name) {
    return Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream())
        .filter(c -> c.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The policy that counts on a backend that runs Pods once. */
  static String policy(Pod pod, boolean once) {
    String policy = pod.getSpec().getRestartPolicy();
    return once && policy.equals("Always") ? "Never" : policy;
  }
}
