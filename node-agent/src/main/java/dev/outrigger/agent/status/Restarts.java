package dev.outrigger.agent.status;

import dev.outrigger.provider.RestartRules;
import dev.outrigger.provider.Sidecars;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which of a Pod's containers are started again after an end.
 *
 * @param policy the Pod's, as it counts now
 * @param own whether rules and policies of the containers' own count
 */
public record Restarts(PodSpec spec, String policy, boolean own) {

  /** The kubelet's exit code for a container whose end it did not see; rules may match it. */
  public static final int UNKNOWN_EXIT_CODE = 137;

  /** By what the Pod's author wrote. */
  public static Restarts of(PodSpec spec) {
    return new Restarts(spec, RestartRules.policy(spec), true);
  }

  /** A Pod that is being deleted, or is run once by its backend, starts nothing again. */
  public static Restarts of(Pod pod, boolean oneShot) {
    boolean deleting = pod.getMetadata().getDeletionTimestamp() != null;
    return new Restarts(
        pod.getSpec(), PodPhase.effectivePolicy(pod, oneShot), !deleting && !oneShot);
  }

  /** {@code Always}, {@code OnFailure} or {@code Never}. */
  public String policyOf(String container) {
    return RestartRules.policy(container(container), policy);
  }

  /** Whether it is started again when it has ended so. */
  public boolean isAgain(String container, int exitCode) {
    return RestartRules.isAgain(container(container), policy, exitCode);
  }

  /** Whether the node starts it again once it has stopped it. */
  public boolean isAgainOnceStopped(String container) {
    return !"Never".equals(policyOf(container)) || Sidecars.names(spec).contains(container);
  }

  /**
   * Whether a container that ended so stays so in attempts that follow; where no container is
   * started again, none does.
   */
  public boolean isDone(String container, int exitCode) {
    return !isAgain(container, exitCode)
        && ("OnFailure".equals(policyOf(container)) || anyHasOwn());
  }

  /** Whether a container that is no sidecar has a policy of its own. */
  public boolean anyHasOwn() {
    Set<String> sidecars = Sidecars.names(spec);
    return all().anyMatch(c -> c.getRestartPolicy() != null && !sidecars.contains(c.getName()));
  }

  private Container container(String name) {
    return all()
        .filter(c -> c.getName().equals(name))
        .findFirst()
        .orElseGet(() -> new ContainerBuilder().withName(name).build());
  }

  private Stream<Container> all() {
    return own
        ? Stream.of(spec.getInitContainers(), spec.getContainers())
            .filter(Objects::nonNull)
            .flatMap(List::stream)
        : Stream.of();
  }
}
