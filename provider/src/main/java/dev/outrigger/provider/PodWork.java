package dev.outrigger.provider;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;

/**
 * A Pod that the agent has resolved, so that a provider never talks to Kubernetes.
 *
 * @param pod the Pod as the API server holds it, for every field that needs no resolving
 *     (resources, annotations, volumes, securityContext, …). Read only: not to be modified.
 * @param initContainers in order, resolved
 * @param containers in order, resolved; never empty
 * @param volumes the content of those volumes that the agent resolves
 */
public record PodWork(
    PodAttempt attempt,
    Pod pod,
    List<ContainerWork> initContainers,
    List<ContainerWork> containers,
    List<ResolvedVolume> volumes) {

  public PodWork {
    initContainers = List.copyOf(initContainers);
    containers = List.copyOf(containers);
    volumes = List.copyOf(volumes);
    if (containers.isEmpty()) {
      throw new IllegalArgumentException("a Pod has at least one container");
    }
  }

  public PodKey key() {
    return attempt.key();
  }

  /** The value of an annotation of the Pod. */
  public Optional<String> annotation(String name) {
    var annotations = pod.getMetadata().getAnnotations();
    return annotations == null ? Optional.empty() : Optional.ofNullable(annotations.get(name));
  }
}
