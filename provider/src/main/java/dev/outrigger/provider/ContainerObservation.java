package dev.outrigger.provider;

import java.util.Optional;

/**
 * One container as observed.
 *
 * @param containerId in the form {@code <provider>://<id>}, once known
 * @param imageId digest or the backend's name of the image, once known
 */
public record ContainerObservation(
    String name, ContainerState state, Optional<String> containerId, Optional<String> imageId) {

  public ContainerObservation(String name, ContainerState state) {
    this(name, state, Optional.empty(), Optional.empty());
  }
}
