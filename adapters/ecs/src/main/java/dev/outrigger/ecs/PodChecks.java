package dev.outrigger.ecs;

import dev.outrigger.provider.Refusals;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import java.util.List;
import java.util.Optional;

/** What the field table cannot say: conditions over several fields. Pure. */
final class PodChecks {

  /** Of a task definition (ECS service quotas, not adjustable). */
  private static final int MOST_CONTAINERS = 10;

  private PodChecks() {}

  static void check(PodSpec spec, Refusals refusals) {
    essential(spec, refusals);
    containers("spec.initContainers", spec.getInitContainers(), spec, refusals);
    containers("spec.containers", spec.getContainers(), spec, refusals);
    count(spec, refusals);
  }

  /**
   * ECS stops a task as soon as an essential container ends. That is right where the Pod restarts
   * anyway, and would kill the other containers of one that is to run to its end.
   */
  private static void essential(PodSpec spec, Refusals refusals) {
    String policy = Optional.ofNullable(spec.getRestartPolicy()).orElse("Always");
    if (spec.getContainers().size() > 1 && !"Always".equals(policy)) {
      refusals.unsupported(
          "spec.containers[1]",
          "ECS stops a task when one of its containers ends; with restartPolicy "
              + policy
              + " use one container, or init containers");
    }
  }

  private static void count(PodSpec spec, Refusals refusals) {
    int count = spec.getInitContainers().size() + spec.getContainers().size();
    if (count > MOST_CONTAINERS) {
      refusals.invalid(
          "spec.containers",
          "are %d with the init containers, and ECS takes %d in a task: join some, or use several Pods"
              .formatted(count, MOST_CONTAINERS));
    }
  }

  private static void containers(
      String path, List<Container> specs, PodSpec pod, Refusals refusals) {
    for (int i = 0; i < specs.size(); i++) {
      String at = path + "[" + i + "]";
      nonRoot(at, specs.get(i), pod, refusals);
      groupNeedsUser(at, specs.get(i), pod, refusals);
    }
  }

  private static void nonRoot(String at, Container container, PodSpec pod, Refusals refusals) {
    boolean wanted =
        own(container)
            .map(SecurityContext::getRunAsNonRoot)
            .or(() -> ofPod(pod).map(PodSecurityContext::getRunAsNonRoot))
            .orElse(false);
    if (wanted && user(container, pod).orElse(0L) == 0) {
      refusals.unsupported(
          at + ".securityContext.runAsNonRoot", "set runAsUser too; ECS cannot check the image");
    }
  }

  private static void groupNeedsUser(
      String at, Container container, PodSpec pod, Refusals refusals) {
    if (group(container, pod).isPresent() && user(container, pod).isEmpty()) {
      refusals.unsupported(
          at + ".securityContext.runAsGroup", "set runAsUser too; ECS takes both or none");
    }
  }

  static Optional<Long> user(Container container, PodSpec pod) {
    return own(container)
        .map(SecurityContext::getRunAsUser)
        .or(() -> ofPod(pod).map(PodSecurityContext::getRunAsUser));
  }

  static Optional<Long> group(Container container, PodSpec pod) {
    return own(container)
        .map(SecurityContext::getRunAsGroup)
        .or(() -> ofPod(pod).map(PodSecurityContext::getRunAsGroup));
  }

  private static Optional<SecurityContext> own(Container container) {
    return Optional.ofNullable(container.getSecurityContext());
  }

  private static Optional<PodSecurityContext> ofPod(PodSpec pod) {
    return Optional.ofNullable(pod.getSecurityContext());
  }
}
