package dev.outrigger.agent.status;

import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything a Pod's status is computed from.
 *
 * @param before the status last written, or the API server's
 * @param workload the current attempt as the backend holds it; null before it is started
 * @param restarts the current attempt's number
 * @param lastStates how each container ended in the attempt before, by name
 * @param waiting what containers wait for that the backend knows nothing of yet
 * @param health what probes have found of the containers that run
 * @param oneShot {@code restartPolicy: Always} counts as Never
 */
public record PodFacts(
    Pod pod,
    PodStatus before,
    @Nullable Workload workload,
    int restarts,
    Map<String, ContainerState> lastStates,
    Waiting waiting,
    PodHealth health,
    boolean oneShot,
    String hostIp,
    Instant now) {

  /**
   * A container's waiting reason, as kubectl shows it in the STATUS column, and its message.
   *
   * @param unpulled why their images could not be pulled, by container
   * @param misnamed why nobody can pull their images, by container
   */
  public record Waiting(
      String reason, String message, Map<String, String> unpulled, Map<String, String> misnamed) {
    public static final Waiting CREATING = new Waiting("ContainerCreating", "");

    /** Stands in a message for the name of the container that waits. */
    public static final String CONTAINER = "{container}";

    public Waiting {
      unpulled = Map.copyOf(unpulled);
      misnamed = Map.copyOf(misnamed);
    }

    /** Some for an image that could not be pulled. */
    public Waiting(String reason, String message, Map<String, String> unpulled) {
      this(reason, message, unpulled, Map.of());
    }

    /** Some for an image that has another name, the others for those. */
    public static Waiting misnamed(Map<String, String> reasons) {
      return new Waiting(CREATING.reason, CREATING.message, Map.of(), reasons);
    }

    /** With every image at hand, as far as is known. */
    public Waiting(String reason, String message) {
      this(reason, message, Map.of());
    }

    Waiting of(String container) {
      return new Waiting(reason, message.replace(CONTAINER, container));
    }
  }
}
