package dev.outrigger.provider;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerRestartRule;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.List;
import java.util.Optional;

/**
 * Whether a container that has ended is started again: the first of its own rules that matches the
 * exit code (KEP-5307), else its own policy, else the Pod's (pkg/api/v1/pod:
 * ContainerShouldRestart). An ordinary init container that has succeeded is done in any case. Pure.
 */
public final class RestartRules {

  private RestartRules() {}

  /** The Pod's {@code restartPolicy}. */
  public static String policy(PodSpec spec) {
    return Optional.ofNullable(spec.getRestartPolicy()).orElse("Always");
  }

  /** The container's own policy, else the Pod's. */
  public static String policy(Container container, String ofPod) {
    return Optional.ofNullable(container.getRestartPolicy()).orElse(ofPod);
  }

  /** Whether it is started again after an end with this exit code. */
  public static boolean isAgain(Container container, String ofPod, int exitCode) {
    Optional<ContainerRestartRule> rule =
        of(container).stream().filter(r -> matches(r, exitCode)).findFirst();
    if (rule.isPresent() && "Restart".equals(rule.get().getAction())) {
      return true;
    }
    return switch (policy(container, ofPod)) {
      case "Always" -> true;
      case "OnFailure" -> exitCode != 0;
      default -> false;
    };
  }

  /** The container's own, which count only beside a policy of its own. */
  public static List<ContainerRestartRule> of(Container container) {
    return container.getRestartPolicy() == null || container.getRestartPolicyRules() == null
        ? List.of()
        : container.getRestartPolicyRules();
  }

  private static boolean matches(ContainerRestartRule rule, int exitCode) {
    if (rule.getExitCodes() == null) {
      return false;
    }
    boolean listed = rule.getExitCodes().getValues().contains(exitCode);
    return switch (Optional.ofNullable(rule.getExitCodes().getOperator()).orElse("")) {
      case "In" -> listed;
      case "NotIn" -> !listed;
      default -> false;
    };
  }
}
