package dev.outrigger.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The paths of all fields of a PodSpec, from the OpenAPI v3 document that an API server serves. */
final class PodSpecFields {

  private static final String ROOT = "io.k8s.api.core.v1.PodSpec";
  private static final String REFERENCE = "#/components/schemas/";

  private final JsonNode schemas;
  private final TreeSet<String> leaves = new TreeSet<>();

  private PodSpecFields(JsonNode document) {
    this.schemas = document.path("components").path("schemas");
  }

  /**
   * @param document of {@code /openapi/v3/api/v1}
   * @return the leaves, with {@code []} for an index and {@code *} for a key
   */
  static List<String> of(JsonNode document) {
    PodSpecFields fields = new PodSpecFields(document);
    fields.walk("spec", fields.schemas.path(ROOT));
    return List.copyOf(fields.leaves);
  }

  private void walk(String path, JsonNode schema) {
    JsonNode type = resolve(schema);
    if (type.has("properties")) {
      for (Map.Entry<String, JsonNode> property : type.path("properties").properties()) {
        walk(path + "." + property.getKey(), property.getValue());
      }
    } else if (type.path("type").asText().equals("array")) {
      walk(path + "[]", type.path("items"));
    } else if (type.path("additionalProperties").isObject()) {
      walk(path + ".*", type.path("additionalProperties"));
    } else {
      leaves.add(path);
    }
  }

  /** Kubernetes wraps a reference into allOf, to put a description or default beside it. */
  private JsonNode resolve(JsonNode schema) {
    JsonNode at = schema;
    while (true) {
      if (at.has("$ref")) {
        at = schemas.path(at.path("$ref").asText().substring(REFERENCE.length()));
      } else if (at.path("allOf").size() == 1) {
        at = at.path("allOf").get(0);
      } else {
        return at;
      }
    }
  }
}
