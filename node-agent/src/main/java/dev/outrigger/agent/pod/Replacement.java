package dev.outrigger.agent.pod;

import dev.outrigger.provider.ProviderException;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;

/**
 * Whether a Pod that ends is replaced at once by another: by the controller of a ReplicaSet,
 * StatefulSet, DaemonSet or ReplicationController, whose Pods always have {@code restartPolicy:
 * Always}. A Job's controller counts failures and gives up, so its Pods may end.
 */
public final class Replacement {

  private Replacement() {}

  /**
   * Refuses a Pod that would be run again and again on a backend where a Pod is a single run.
   *
   * @throws ProviderException.Unsupported naming the controller
   */
  public static void refuseOnSingleRuns(Pod pod) throws ProviderException.Unsupported {
    Optional<OwnerReference> controller = controller(pod);
    if (isEndless(pod) && controller.isPresent()) {
      throw new ProviderException.Unsupported(
          "metadata.ownerReferences",
          "a Pod here is a single run, and its %s would replace it whenever it has ended; use a Job"
              .formatted(controller.get().getKind()));
    }
  }

  /** Whether a controller would replace the Pod as soon as it has ended, without end. */
  static boolean isEndless(Pod pod) {
    return controller(pod).isPresent() && "Always".equals(pod.getSpec().getRestartPolicy());
  }

  private static Optional<OwnerReference> controller(Pod pod) {
    List<OwnerReference> owners = pod.getMetadata().getOwnerReferences();
    return owners.stream().filter(o -> Boolean.TRUE.equals(o.getController())).findFirst();
  }
}
