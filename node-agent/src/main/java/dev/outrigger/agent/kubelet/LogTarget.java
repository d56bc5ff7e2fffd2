package dev.outrigger.agent.kubelet;

import dev.outrigger.agent.status.EphemeralContainers;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.Sidecars;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which attempt's log a request means, from the container's status: the kubelet's
 * validateContainerLogStatus with the attempt in the place of the container's id.
 */
final class LogTarget {

  private LogTarget() {}

  static PodAttempt of(Pod pod, String container, boolean previous) throws HttpProblem {
    String podName = pod.getMetadata().getName();
    if (!names(pod.getSpec()).anyMatch(container::equals)) {
      throw new HttpProblem(
          404, "container \"%s\" not found in pod \"%s\"".formatted(container, podName));
    }
    ContainerStatus status =
        statuses(pod.getStatus())
            .filter(s -> container.equals(s.getName()))
            .findFirst()
            .orElseThrow(() -> problem(container, podName, "is not available"));
    if (isEphemeral(pod, container)) {
      throw problem(container, podName, "was not started: " + EphemeralContainers.REFUSAL);
    }
    PodKey key = new PodKey(pod.getMetadata().getUid(), pod.getMetadata().getNamespace(), podName);
    return new PodAttempt(key, attempt(pod, status, previous));
  }

  private static boolean isEphemeral(Pod pod, String container) {
    return all(pod.getSpec().getEphemeralContainers()).anyMatch(c -> container.equals(c.getName()));
  }

  /** All runs of a sidecar in an attempt are in one log. */
  private static int attempt(Pod pod, ContainerStatus status, boolean previous) throws HttpProblem {
    String podName = pod.getMetadata().getName();
    int latest = StreamTarget.latestAttempt(pod);
    if (StreamTarget.restarts(status) <= latest
        || !Sidecars.names(pod.getSpec()).contains(status.getName())) {
      return attempt(status, podName, previous);
    }
    if (previous) {
      throw new HttpProblem(
          400,
          "previous runs of sidecar \"%s\" in pod \"%s\" are in its log with the current one"
              .formatted(status.getName(), podName));
    }
    return latest;
  }

  private static int attempt(ContainerStatus status, String pod, boolean previous)
      throws HttpProblem {
    int restarts = StreamTarget.restarts(status);
    ContainerState state = status.getState() == null ? new ContainerState() : status.getState();
    int ended = lastEnded(status, restarts, state.getWaiting());
    if (previous) {
      if (ended < 0) {
        throw new HttpProblem(
            400,
            "previous terminated container \"%s\" in pod \"%s\" not found"
                .formatted(status.getName(), pod));
      }
      return ended;
    }
    if (state.getRunning() != null || state.getTerminated() != null) {
      return restarts;
    }
    if (ended < 0) {
      throw problem(status.getName(), pod, waiting(state.getWaiting()));
    }
    return ended;
  }

  /**
   * Which attempt {@code lastState} tells of, or -1 when none has ended. The restart count goes up
   * when the back-off is over: during it, the attempt (or run) that ended is still the current one.
   * A sidecar that is between two runs of the first attempt has none before.
   */
  private static int lastEnded(
      ContainerStatus status, int restarts, @Nullable ContainerStateWaiting waiting) {
    if (status.getLastState() == null || status.getLastState().getTerminated() == null) {
      return -1;
    }
    boolean backingOff = waiting != null && "CrashLoopBackOff".equals(waiting.getReason());
    return backingOff ? restarts : Math.max(restarts - 1, 0);
  }

  private static String waiting(@Nullable ContainerStateWaiting waiting) {
    String reason = waiting == null || waiting.getReason() == null ? "" : waiting.getReason();
    return switch (reason) {
      case "" -> "is waiting to start - no logs yet";
      case "ErrImagePull" -> "is waiting to start: image can't be pulled";
      case "ImagePullBackOff" -> "is waiting to start: trying and failing to pull image";
      default -> "is waiting to start: " + reason;
    };
  }

  private static HttpProblem problem(String container, String pod, String what) {
    return new HttpProblem(
        400, "container \"%s\" in pod \"%s\" %s".formatted(container, pod, what));
  }

  private static Stream<String> names(PodSpec spec) {
    return Stream.of(
            all(spec.getContainers()).map(c -> c.getName()),
            all(spec.getInitContainers()).map(c -> c.getName()),
            all(spec.getEphemeralContainers()).map(c -> c.getName()))
        .flatMap(s -> s);
  }

  private static Stream<ContainerStatus> statuses(@Nullable PodStatus status) {
    if (status == null) {
      return Stream.empty();
    }
    return Stream.of(
            all(status.getContainerStatuses()),
            all(status.getInitContainerStatuses()),
            all(status.getEphemeralContainerStatuses()))
        .flatMap(s -> s);
  }

  private static <T> Stream<T> all(@Nullable List<T> list) {
    return Optional.ofNullable(list).stream().flatMap(List::stream);
  }
}
