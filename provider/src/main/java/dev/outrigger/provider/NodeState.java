package dev.outrigger.provider;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a backend can tell of itself at present, for its node's status.
 *
 * @param allocatable how much all Pods of the node together may have by the backend's own limits (a
 *     quota of the account, what the host has), by resource name, in Kubernetes quantities; in the
 *     place of {@link Capabilities#capacity} unless the configuration says otherwise
 * @param images that it holds, or that the node's workloads run; in any order
 */
public record NodeState(Map<String, String> allocatable, List<Image> images) {

  public static final NodeState UNKNOWN = new NodeState(Map.of(), List.of());

  public NodeState {
    allocatable = Map.copyOf(allocatable);
    images = List.copyOf(images);
  }

  /**
   * An image.
   *
   * @param names by which it can be pulled, {@code repository@digest} before {@code repository:tag}
   * @param sizeBytes empty when the backend does not know it
   */
  public record Image(List<String> names, OptionalLong sizeBytes) {

    public Image {
      names = List.copyOf(names);
      if (names.isEmpty()) {
        throw new IllegalArgumentException("an image has at least one name");
      }
    }
  }
}
