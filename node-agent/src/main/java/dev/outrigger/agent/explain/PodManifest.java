package dev.outrigger.agent.explain;

import io.fabric8.kubernetes.api.model.Pod;

/**
 * A Pod that a manifest makes.
 *
 * @param source the object it stands in, for example {@code Deployment shop/web}
 * @param path where its Pod stands in that object, for example {@code spec.template}; empty for a
 *     Pod itself
 */
public record PodManifest(String source, String path, Pod pod) {

  /** A field's path as it stands in the object. */
  String pathInSource(String field) {
    return path.isEmpty() ? field : path + "." + field;
  }
}
