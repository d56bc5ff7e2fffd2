package dev.outrigger.agent.explain;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;

/**
 * A Pod that a manifest makes.
 *
 * @param source the object it stands in, for example {@code Deployment shop/web}
 * @param path where its Pod stands in that object, for example {@code spec.template}; empty for a
 *     Pod itself
 * @param origins of the Pod's fields that its controller sets: where in the object they come from
 */
public record PodManifest(String source, String path, Map<String, String> origins, Pod pod) {

  public PodManifest {
    origins = Map.copyOf(origins);
  }

  /** A field's path as it stands in the object. */
  String pathInSource(String field) {
    String origin = origins.get(field);
    if (origin != null) {
      return origin;
    }
    return path.isEmpty() ? field : path + "." + field;
  }
}
