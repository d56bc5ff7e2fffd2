package dev.outrigger.agent.explain;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import dev.outrigger.provider.Suggestion;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Compares an object with its type: fields that there are not, and values that are of another kind,
 * all of them, as the API server does with {@code fieldValidation: Strict}.
 */
final class Structure {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What Kubernetes 1.35 has and the model, which is newer, has not; of any type. */
  private static final Map<String, String> MORE = Map.of("spec.workloadRef", "PodSpec");

  private final Consumer<String> problems;

  private Structure(Consumer<String> problems) {
    this.problems = problems;
  }

  /**
   * @param problems takes each one, with its path
   */
  static void check(JsonNode object, Class<?> type, Consumer<String> problems) {
    new Structure(problems).walk("", object, JSON.constructType(type));
  }

  private void walk(String path, JsonNode node, JavaType type) {
    if (node.isNull()) {
      return;
    }
    if (type.isCollectionLikeType()) {
      list(path, node, type);
    } else if (type.isMapLikeType()) {
      map(path, node, type);
    } else if (KubernetesResource.class.isAssignableFrom(type.getRawClass()) && !isWord(type)) {
      object(path, node, type);
    } else {
      expected(node, type).ifPresent(what -> problems.accept(path + " must be " + what));
    }
  }

  private static boolean isWord(JavaType type) {
    return type.hasRawClass(Quantity.class) || type.hasRawClass(IntOrString.class);
  }

  private static Optional<String> expected(JsonNode node, JavaType type) {
    Class<?> raw = type.getRawClass();
    if (raw == String.class && !node.isTextual()) {
      return Optional.of(
          node.isValueNode()
              ? "a string: put it in quotes, as \"" + node.asText() + "\""
              : "a string");
    }
    if (raw == Boolean.class && !node.isBoolean()) {
      return Optional.of("true or false");
    }
    if ((raw == Integer.class || raw == Long.class) && !node.isIntegralNumber()) {
      return Optional.of("a whole number");
    }
    if (raw == Quantity.class && !node.isTextual() && !node.isNumber()) {
      return Optional.of("a quantity such as 500m or 2Gi");
    }
    return raw == IntOrString.class && !node.isTextual() && !node.isIntegralNumber()
        ? Optional.of("a whole number or a string")
        : Optional.empty();
  }

  private void list(String path, JsonNode node, JavaType type) {
    if (!node.isArray()) {
      problems.accept(path + " must be a list");
      return;
    }
    for (int i = 0; i < node.size(); i++) {
      walk(path + "[" + i + "]", node.get(i), type.getContentType());
    }
  }

  private void map(String path, JsonNode node, JavaType type) {
    if (!node.isObject()) {
      problems.accept(path + " must be a map");
      return;
    }
    node.properties()
        .forEach(e -> walk(path + "." + e.getKey(), e.getValue(), type.getContentType()));
  }

  private void object(String path, JsonNode node, JavaType type) {
    if (!node.isObject()) {
      problems.accept(path + " must be a map of fields");
      return;
    }
    Map<String, JavaType> known = fields(type);
    if (known.isEmpty()) {
      return; // holds anything, as managedFields do
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String at = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
      JavaType fieldType = known.get(field.getKey());
      if (fieldType != null) {
        walk(at, field.getValue(), fieldType);
      } else if (!isMore(at, type)) {
        problems.accept("unknown field " + at + Suggestion.words(field.getKey(), known.keySet()));
      }
    }
  }

  private static boolean isMore(String path, JavaType type) {
    return MORE.entrySet().stream()
        .anyMatch(
            e ->
                path.endsWith(e.getKey())
                    && type.getRawClass().getSimpleName().equals(e.getValue()));
  }

  private static Map<String, JavaType> fields(JavaType type) {
    Map<String, JavaType> fields = new TreeMap<>();
    BeanDescription bean = JSON.getDeserializationConfig().introspect(type);
    for (BeanPropertyDefinition property : bean.findProperties()) {
      if (!property.getName().equals("additionalProperties")) {
        fields.put(property.getName(), property.getPrimaryType());
      }
    }
    return fields;
  }
}
