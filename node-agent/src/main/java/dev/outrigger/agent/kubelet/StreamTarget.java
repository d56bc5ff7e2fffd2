package dev.outrigger.agent.kubelet;

import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which attempt exec, attach and port-forward mean: the one that runs now, if any. */
final class StreamTarget {

  private StreamTarget() {}

  /** Of this container; empty when it does not run. */
  static Optional<PodAttempt> container(Pod pod, Optional<String> uid, String name) {
    return running(pod, uid)
        .filter(status -> name.equals(status.getName()))
        .findFirst()
        .map(status -> attempt(pod, status));
  }

  /** Of any container; empty when none runs. */
  static Optional<PodAttempt> pod(Pod pod, Optional<String> uid) {
    return running(pod, uid).findFirst().map(status -> attempt(pod, status));
  }

  /** Whether the container's own process has a terminal. */
  static boolean hasTerminal(Pod pod, String name) {
    return all(pod.getSpec().getContainers())
        .filter(container -> name.equals(container.getName()))
        .map(Container::getTty)
        .anyMatch(Boolean.TRUE::equals);
  }

  /** Whether the end of the first client's input is to be the end of the container's. */
  static boolean readsOnce(Pod pod, String name) {
    return all(pod.getSpec().getContainers())
        .filter(container -> name.equals(container.getName()))
        .map(Container::getStdinOnce)
        .anyMatch(Boolean.TRUE::equals);
  }

  /** As the kubelet writes it. */
  static String fullName(Pod pod) {
    return pod.getMetadata().getName() + "_" + pod.getMetadata().getNamespace();
  }

  /** A Pod of another UID is not the one meant, though it has the name. */
  private static Stream<ContainerStatus> running(Pod pod, Optional<String> uid) {
    PodStatus status = pod.getStatus();
    if (status == null || uid.filter(u -> !u.equals(pod.getMetadata().getUid())).isPresent()) {
      return Stream.empty();
    }
    return Stream.of(
            all(status.getContainerStatuses()),
            all(status.getInitContainerStatuses()),
            all(status.getEphemeralContainerStatuses()))
        .flatMap(s -> s)
        .filter(s -> s.getState() != null && s.getState().getRunning() != null);
  }

  private static PodAttempt attempt(Pod pod, ContainerStatus status) {
    ObjectMeta meta = pod.getMetadata();
    PodKey key = new PodKey(meta.getUid(), meta.getNamespace(), meta.getName());
    return new PodAttempt(key, Math.min(restarts(status), latestAttempt(pod)));
  }

  /** The latest attempt of the Pod: sidecars may have been started more often. */
  static int latestAttempt(Pod pod) {
    return all(pod.getStatus().getContainerStatuses())
        .mapToInt(StreamTarget::restarts)
        .max()
        .orElse(0);
  }

  static int restarts(ContainerStatus status) {
    return status.getRestartCount() == null ? 0 : status.getRestartCount();
  }

  private static <T> Stream<T> all(@Nullable List<T> list) {
    return Optional.ofNullable(list).stream().flatMap(List::stream);
  }
}
