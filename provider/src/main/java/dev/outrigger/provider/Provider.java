package dev.outrigger.provider;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A backend that runs Pods, serving one virtual node.
 *
 * <p>All methods may be called concurrently, for different Pods and for the same one, and block
 * until the backend has answered or a deadline of the provider's own has passed (at most 60 s,
 * except the streams of {@link #logs}, {@link #exec} and {@link #attach}). Interrupting the calling
 * thread cuts a call short; it then throws {@link ProviderException.Unavailable} with the thread's
 * interrupt flag set.
 *
 * <p>A provider marks everything it creates with its node's name (its <em>owner mark</em>), and
 * lists, watches and deletes only what carries that mark.
 */
public interface Provider extends AutoCloseable {

  /**
   * What the backend can do. Does not block, and constant, once {@link #askCapabilities} has
   * answered; what is said before is not to be kept.
   */
  Capabilities capabilities();

  /**
   * What the backend can do, asked of it if that takes a call. A node is given no Pod, and not
   * registered, before this has answered. Asking again costs nothing then.
   *
   * @throws ProviderException while it is not known; to be asked again
   */
  default Capabilities askCapabilities() throws ProviderException {
    return capabilities();
  }

  /**
   * Refuses a Pod for what stands in it, whatever its references lead to: asked of one whose
   * references lead nowhere, which would wait for them in vain. May let pass what {@link #check}
   * refuses.
   *
   * @throws ProviderException as {@link #check}
   */
  default void checkFields(Pod pod) throws ProviderException {}

  /**
   * Says whether this Pod could run here, without calling the backend: every field is translated,
   * harmless, or refused.
   *
   * @throws ProviderException.Unsupported naming a field that the backend cannot honour, with the
   *     others that are refused ({@link ProviderException.Unsupported#also})
   * @throws ProviderException.Invalid naming a field whose value cannot work, likewise
   * @throws ProviderException.InvalidImage of an image that would be pulled, if nothing else is
   *     wrong
   */
  void check(PodWork work) throws ProviderException;

  /**
   * What a Pod that {@link #check} lets pass would become, for its author: sizes, price class,
   * limits, in the backend's words, by a short name. Calls nothing.
   *
   * @throws ProviderException as {@link #check}
   */
  default Map<String, String> shape(PodWork work) throws ProviderException {
    check(work);
    return Map.of();
  }

  /**
   * Starts an attempt, or finds that it was started before. Idempotent by {@link PodAttempt}: any
   * number of calls, concurrent or after a crash, in this process or another, start at most one
   * workload. An attempt that has ended is never started again: its terminated workload is returned
   * while the backend remembers it. {@link Sidecars} says what restartable init containers are.
   *
   * @return the workload as first seen
   */
  Workload create(PodWork work) throws ProviderException;

  /**
   * Gives volumes of a running attempt new content, each as a whole and at once: who reads sees all
   * of the old files or all of the new ones. What is mounted by a {@code subPath} stays as it is,
   * as with a kubelet. Idempotent; no error when the attempt is unknown or has ended. Only called
   * if {@link Trait#LIVE_VOLUMES}.
   *
   * @param volumes those that have changed, of those that the attempt was created with
   */
  default void updateVolumes(PodAttempt attempt, List<ResolvedVolume> volumes)
      throws ProviderException {
    throw new ProviderException.Unsupported("spec.volumes", "start the Pod anew");
  }

  /**
   * Asks for one run of one container to be stopped, and returns without waiting for the stop. What
   * follows, a restart at the pace of {@link Trait#CONTAINER_RESTARTS} or the container's end, is
   * reported through the sink. Idempotent; no error when that run is not the current one, or
   * nothing is known of it: then nothing is stopped. Of several calls for one run, the shortest
   * grace counts. Only called if {@link Trait#CONTAINER_RESTARTS}.
   */
  default void stopContainer(ContainerStop stop) throws ProviderException {
    throw new ProviderException.Unsupported(
        "spec.containers", "this backend stops no single container");
  }

  /**
   * Says that a sidecar has started, as its start-up probe and {@code postStart} hook have found:
   * what follows it may start. Idempotent; no error, and without effect, when that run is not the
   * current one. Only called if {@link Trait#CONTAINER_RESTARTS}, for those that {@link
   * Sidecars#isAwaited} names.
   *
   * @param run its number is that of the attempt and of the sidecar's restarts in it together
   */
  default void containerStarted(PodAttempt run, String container) throws ProviderException {
    throw new ProviderException.Unsupported(
        "spec.initContainers", "this backend waits for no container");
  }

  /**
   * Asks for a workload of this Pod (every attempt) to be stopped, and returns without waiting for
   * the stop. Idempotent: an unknown Pod is no error. The end is reported through the sink; a
   * provider keeps listing a stopped workload, as terminated, for as long as the backend remembers
   * it, or for at least 10 minutes. What has ended keeps its outcome; sidecars end last.
   *
   * @param grace how long the containers may take after the stop signal; more than {@link
   *     Capabilities#maximumGrace} counts as that; zero kills at once
   */
  void delete(PodKey key, Duration grace) throws ProviderException;

  /**
   * Every workload of this node that the backend knows, running or ended; of each Pod the latest
   * attempt at least. Complete or an exception: never a part.
   */
  List<Workload> list() throws ProviderException;

  /**
   * Reports changes to the sink until closed. Starts with what {@link #list} would answer. Survives
   * the backend's outages by itself.
   */
  Subscription watch(StatusSink sink);

  /** The logs, unless the backend has none. */
  default Optional<LogSource> logs() {
    return Optional.empty();
  }

  /** Commands in running containers, unless the backend cannot run any. */
  default Optional<ExecTarget> exec() {
    return Optional.empty();
  }

  /** The streams of containers' own processes, unless the backend does not give them. */
  default Optional<AttachTarget> attach() {
    return Optional.empty();
  }

  /** Ways to Pods' ports, unless the backend has none. */
  default Optional<PortTarget> ports() {
    return Optional.empty();
  }

  /** Measurements of what workloads use, unless the backend has none. */
  default Optional<StatsSource> stats() {
    return Optional.empty();
  }

  /** What changes of the node itself, unless the backend cannot tell. */
  default Optional<NodeStateSource> nodeState() {
    return Optional.empty();
  }

  /** Stops watching and releases connections. Workloads go on. */
  @Override
  void close();
}
