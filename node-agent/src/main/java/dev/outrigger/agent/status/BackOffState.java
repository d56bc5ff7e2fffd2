package dev.outrigger.agent.status;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState.Terminated;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a container waits that is to be started again: after an end as {@code CrashLoopBackOff},
 * after an image that could not be pulled as {@code ImagePullBackOff}, in the kubelet's words
 * (pkg/kubelet/images/image_manager.go). Pure.
 */
public final class BackOffState {

  public static final String CRASH_LOOP = "CrashLoopBackOff";

  /** {@code ErrInvalidImageName} (pkg/kubelet/images/types.go). */
  public static final String MISNAMED = "InvalidImageName";

  static final String NOT_PULLED = "ErrImagePull";

  private static final String IMAGE = "ImagePullBackOff";

  private BackOffState() {}

  /** Whether a container waits to be started again. */
  public static boolean is(@Nullable ContainerStateWaiting waiting) {
    return waiting != null && (CRASH_LOOP.equals(waiting.getReason()) || ofImage(waiting));
  }

  public static boolean ofImage(ContainerStateWaiting waiting) {
    return IMAGE.equals(waiting.getReason());
  }

  /** The kubelet's event. */
  public static String pulling(String image) {
    return "Back-off pulling image \"" + image + "\"";
  }

  /** Why images of an attempt that has ended could not be pulled, by container. */
  public static Map<String, String> unpulled(Workload ended) {
    Map<String, String> why = new HashMap<>();
    for (ContainerObservation container : ended.containers()) {
      if (container.state() instanceof Terminated end && neverPulled(end)) {
        why.put(container.name(), end.message());
      }
    }
    return why;
  }

  static boolean neverPulled(Terminated end) {
    return NOT_PULLED.equals(end.reason()) && end.startedAt().isEmpty();
  }

  /** What the container waits for. */
  static PodFacts.Waiting of(Container container, PodFacts.Waiting waiting) {
    String misnamed = waiting.misnamed().get(container.getName());
    if (misnamed != null) {
      return new PodFacts.Waiting(MISNAMED, misnamed);
    }
    String why = waiting.unpulled().get(container.getName());
    return why == null
        ? waiting.of(container.getName())
        : new PodFacts.Waiting(
            IMAGE, "%s: %s: %s".formatted(pulling(container.getImage()), NOT_PULLED, why));
  }
}
