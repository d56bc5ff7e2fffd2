package dev.outrigger.agent.kubelet;

import java.util.ArrayList;
import java.util.List;

/**
 * One question of authorization: may somebody {@code verb} the {@code subresource} of a Node?
 *
 * @param verb the API's verb; empty for an HTTP method that has none
 */
public record NodeAccess(String node, String verb, String subresource) {

  /**
   * The questions for a request, in the kubelet's order; one yes suffices (fine-grained kubelet
   * authorization, KEP-2862: {@code auth.go}, GetRequestAttributes).
   */
  static List<NodeAccess> of(String node, String method, String path) {
    String verb = verb(method);
    List<NodeAccess> asked = new ArrayList<>();
    for (String subresource : subresources(path)) {
      asked.add(new NodeAccess(node, verb, subresource));
    }
    return List.copyOf(asked);
  }

  private static String verb(String method) {
    return switch (method) {
      case "POST" -> "create";
      case "GET" -> "get";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> "delete";
      default -> "";
    };
  }

  private static List<String> subresources(String path) {
    if (under(path, "/pods") || under(path, "/runningpods")) {
      return List.of("pods", "proxy");
    }
    if (under(path, "/healthz")) {
      return List.of("healthz", "proxy");
    }
    if (under(path, "/configz")) {
      return List.of("configz", "proxy");
    }
    if (under(path, "/stats")) {
      return List.of("stats");
    }
    if (under(path, "/metrics")) {
      return List.of("metrics");
    }
    if (under(path, "/logs")) {
      return List.of("log");
    }
    return under(path, "/checkpoint") ? List.of("checkpoint") : List.of("proxy");
  }

  private static boolean under(String path, String root) {
    return path.equals(root) || path.startsWith(root + "/");
  }
}
