package dev.outrigger.provider;

import java.util.Optional;

/**
 * One container as observed.
 *
 * @param containerId in the form {@code <provider>://<id>}, once known
 * @param imageId digest or the backend's name of the image, once known
 * @param restarts how often the backend has started it again by itself within the attempt, as far
 *     as it tells: 0 but for {@link Sidecars} and with {@link Trait#CONTAINER_RESTARTS}
 * @param last how the run before the current one ended, or, while the container waits to be started
 *     again, the latest one; empty when the backend does not tell or there was none
 */
public record ContainerObservation(
    String name,
    ContainerState state,
    Optional<String> containerId,
    Optional<String> imageId,
    int restarts,
    Optional<ContainerState.Terminated> last) {

  public ContainerObservation {
    if (restarts < 0) {
      throw new IllegalArgumentException(restarts + " restarts of " + name);
    }
  }

  /** Of a container that is started once in an attempt. */
  public ContainerObservation(
      String name, ContainerState state, Optional<String> containerId, Optional<String> imageId) {
    this(name, state, containerId, imageId, 0, Optional.empty());
  }

  public ContainerObservation(String name, ContainerState state) {
    this(name, state, Optional.empty(), Optional.empty());
  }

  /** The same in another state. */
  public ContainerObservation withState(ContainerState other) {
    return new ContainerObservation(name, other, containerId, imageId, restarts, last);
  }
}
