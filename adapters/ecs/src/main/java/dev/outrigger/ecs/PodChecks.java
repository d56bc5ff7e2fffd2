package dev.outrigger.ecs;

import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the field table cannot say: conditions over several fields. Pure. */
final class PodChecks {

  private PodChecks() {}

  static void check(PodWork work) throws ProviderException {
    PodSpec spec = work.pod().getSpec();
    essential(spec);
    containers("spec.initContainers", work.initContainers(), spec.getInitContainers(), spec);
    containers("spec.containers", work.containers(), spec.getContainers(), spec);
  }

  /**
   * ECS stops a task as soon as an essential container ends. That is right where the Pod restarts
   * anyway, and would kill the other containers of one that is to run to its end.
   */
  private static void essential(PodSpec spec) throws ProviderException {
    String policy = Optional.ofNullable(spec.getRestartPolicy()).orElse("Always");
    if (spec.getContainers().size() > 1 && !"Always".equals(policy)) {
      throw new ProviderException.Unsupported(
          "spec.containers[1]",
          "ECS stops a task when one of its containers ends; with restartPolicy "
              + policy
              + " use one container, or init containers");
    }
  }

  private static void containers(
      String path, List<ContainerWork> works, List<Container> specs, PodSpec pod)
      throws ProviderException {
    for (int i = 0; i < works.size(); i++) {
      String at = path + "[" + i + "]";
      nonRoot(at, specs.get(i), pod);
      groupNeedsUser(at, specs.get(i), pod);
      noSecretInArguments(at, works.get(i), specs.get(i));
    }
  }

  private static void nonRoot(String at, Container container, PodSpec pod)
      throws ProviderException {
    boolean wanted =
        own(container)
            .map(SecurityContext::getRunAsNonRoot)
            .or(() -> ofPod(pod).map(PodSecurityContext::getRunAsNonRoot))
            .orElse(false);
    if (wanted && user(container, pod).orElse(0L) == 0) {
      throw new ProviderException.Unsupported(
          at + ".securityContext.runAsNonRoot", "set runAsUser too; ECS cannot check the image");
    }
  }

  private static void groupNeedsUser(String at, Container container, PodSpec pod)
      throws ProviderException {
    if (group(container, pod).isPresent() && user(container, pod).isEmpty()) {
      throw new ProviderException.Unsupported(
          at + ".securityContext.runAsGroup", "set runAsUser too; ECS takes both or none");
    }
  }

  /** Arguments stand in the task in clear; secrets do not. */
  private static void noSecretInArguments(String at, ContainerWork work, Container container)
      throws ProviderException {
    List<String> words = new ArrayList<>(container.getCommand());
    words.addAll(container.getArgs());
    for (EnvVariable variable : work.env()) {
      String reference = "$(" + variable.name() + ")";
      if (variable.value().isSensitive() && words.stream().anyMatch(w -> w.contains(reference))) {
        boolean inCommand = container.getCommand().stream().anyMatch(w -> w.contains(reference));
        throw new ProviderException.Unsupported(
            at + (inCommand ? ".command" : ".args"),
            reference + " comes from a Secret and would be shown; read it from the environment");
      }
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
