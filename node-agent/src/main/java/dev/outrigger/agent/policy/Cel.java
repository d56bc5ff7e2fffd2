package dev.outrigger.agent.policy;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Pieces of the Common Expression Language, as the API server takes it ({@code
 * k8s.io/apiserver/pkg/cel}).
 */
final class Cel {

  /** Kubernetes documentation, "Common Expression Language in Kubernetes": escaping. */
  private static final Set<String> RESERVED =
      Set.of(
          "true",
          "false",
          "null",
          "in",
          "as",
          "break",
          "const",
          "continue",
          "else",
          "for",
          "function",
          "if",
          "import",
          "let",
          "loop",
          "package",
          "namespace",
          "return",
          "var",
          "void",
          "while");

  private Cel() {}

  /** A field of an object. */
  static String field(String base, String name) {
    return base + "." + (RESERVED.contains(name) ? "__" + name + "__" : name);
  }

  static String text(String value) {
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'";
  }

  /** In a stable order, so that a policy made again is the same. */
  static String list(Collection<String> values) {
    return new TreeSet<>(values)
        .stream().map(Cel::text).collect(Collectors.joining(", ", "[", "]"));
  }

  static String map(Map<String, String> values) {
    return new TreeMap<>(values)
        .entrySet().stream()
            .map(e -> text(e.getKey()) + ": " + text(e.getValue()))
            .collect(Collectors.joining(", ", "{", "}"));
  }
}
