package dev.outrigger.simulator.compat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * The shape of an answer: every path of keys with the JSON type that stands there; of errors, the
 * code.
 */
final class Shapes {
  private Shapes() {}

  /** Elements of an array share the path {@code []}; an empty one has no more than itself. */
  static Map<String, String> of(String call, JsonNode answer) {
    Map<String, String> paths = new TreeMap<>();
    collect(call, answer, paths);
    return paths;
  }

  private static void collect(String path, JsonNode node, Map<String, String> paths) {
    boolean isCode = path.endsWith(".Error") || path.endsWith(".Status");
    paths.put(path, isCode ? node.asText() : node.getNodeType().name());
    if (node.isObject()) {
      node.properties().forEach(m -> collect(path + "." + key(m.getKey()), m.getValue(), paths));
    } else if (node.isArray()) {
      node.forEach(element -> collect(path + "[]", element, paths));
    }
  }

  /** Version ids are keys in Secrets Manager's answers. */
  private static String key(String name) {
    return name.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}") ? "{uuid}" : name;
  }
}
