package dev.outrigger.provider;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a backend can do, for the node's status and the agent's decisions.
 *
 * @param capacity the node's capacity unless configured otherwise, by resource name ({@code cpu},
 *     {@code memory}, {@code ephemeral-storage}, {@code pods}) in Kubernetes quantities
 * @param maximumRunTime longest life of one attempt; empty means unlimited
 * @param maximumGrace longest grace that {@link Provider#delete} honours; zero means none
 * @param labels node labels the backend knows (region, zone, architecture, os)
 * @param oneShot a Pod is a single run by nature (a Lambda invocation): {@code restartPolicy:
 *     Always} does not start it again after it has ended. The agent restarts what needs restarting
 *     otherwise, each time as a new attempt.
 * @param clusterNetwork containers reach the cluster addresses of Services: they are told of them
 *     by environment variables
 * @param sidecars whether restartable init containers are what {@link Sidecars} says; a Pod with
 *     one is refused otherwise
 * @param liveVolumes the backend mounts the files of volumes and takes changed ones while a Pod
 *     runs ({@link Provider#updateVolumes}). Only such a one is given service-account tokens, which
 *     have to be renewed.
 * @param lacks why the backend does not have a facility, and what to use instead: a clause after
 *     "since", shown to whoever asks for it. Facilities that the provider has are not in it.
 */
public record Capabilities(
    Map<String, String> capacity,
    Optional<Duration> maximumRunTime,
    Duration maximumGrace,
    Map<String, String> labels,
    boolean oneShot,
    boolean clusterNetwork,
    boolean sidecars,
    boolean liveVolumes,
    Map<Facility, String> lacks) {

  public Capabilities {
    capacity = Map.copyOf(capacity);
    labels = Map.copyOf(labels);
    lacks = Map.copyOf(lacks);
  }

  /** Outside the cluster's network, with nothing to say of what is not there. */
  public Capabilities(
      Map<String, String> capacity,
      Optional<Duration> maximumRunTime,
      Duration maximumGrace,
      Map<String, String> labels,
      boolean oneShot) {
    this(capacity, maximumRunTime, maximumGrace, labels, oneShot, false, false, false, Map.of());
  }

  /** These capabilities of a backend that lacks something. */
  public Capabilities lacking(Map<Facility, String> reasons) {
    return new Capabilities(
        capacity,
        maximumRunTime,
        maximumGrace,
        labels,
        oneShot,
        clusterNetwork,
        sidecars,
        liveVolumes,
        reasons);
  }

  /** These capabilities of a backend in the cluster's network. */
  public Capabilities inClusterNetwork() {
    return new Capabilities(
        capacity,
        maximumRunTime,
        maximumGrace,
        labels,
        oneShot,
        true,
        sidecars,
        liveVolumes,
        lacks);
  }

  /** These capabilities of a backend that runs restartable init containers. */
  public Capabilities withSidecars() {
    return new Capabilities(
        capacity,
        maximumRunTime,
        maximumGrace,
        labels,
        oneShot,
        clusterNetwork,
        true,
        liveVolumes,
        lacks);
  }

  /**
   * These capabilities of a backend that takes changed files of volumes, or of one that does not.
   */
  public Capabilities withLiveVolumes(boolean live) {
    return new Capabilities(
        capacity,
        maximumRunTime,
        maximumGrace,
        labels,
        oneShot,
        clusterNetwork,
        sidecars,
        live,
        lacks);
  }
}
