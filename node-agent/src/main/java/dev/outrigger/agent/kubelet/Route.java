package dev.outrigger.agent.kubelet;

import java.util.List;
import java.util.Optional;

/** Where a request leads. */
sealed interface Route {

  record ContainerLogs(String namespace, String pod, String container) implements Route {}

  /**
   * @param uid where the path names one
   */
  record Exec(String namespace, String pod, Optional<String> uid, String container)
      implements Route {}

  record Attach(String namespace, String pod, Optional<String> uid, String container)
      implements Route {}

  record PortForward(String namespace, String pod, Optional<String> uid) implements Route {}

  /** A command whose output is the response. */
  record Run(String namespace, String pod, Optional<String> uid, String container)
      implements Route {}

  record Pods() implements Route {}

  record RunningPods() implements Route {}

  record Health() implements Route {}

  record Ping() implements Route {}

  record Metrics() implements Route {}

  record Configz() implements Route {}

  /** What the node and its Pods use. */
  enum Stats implements Route {
    SUMMARY,
    RESOURCE,
    CADVISOR,
    PROBES
  }

  /** A path of the kubelet's that this node answers by an honest 501. */
  record Unsupported(String what) implements Route {}

  record WrongMethod(String allowed) implements Route {}

  record Unknown() implements Route {}

  /**
   * @param path decoded, without the query
   */
  static Route of(String method, String path) {
    List<String> parts = List.of(path.substring(Math.min(1, path.length())).split("/", -1));
    return switch (parts.getFirst()) {
      case "containerLogs" -> containerLogs(method, parts);
      case "exec", "attach" -> container(method, parts, "GET, POST");
      case "run" -> container(method, parts, "POST");
      case "portForward" -> portForward(method, parts);
      case "checkpoint" -> unsupported(method, parts, "POST", 4, 4);
      default -> plain(method, path);
    };
  }

  private static Route containerLogs(String method, List<String> parts) {
    if (parts.size() != 4) {
      return new Unknown();
    }
    return method.equals("GET")
        ? new ContainerLogs(parts.get(1), parts.get(2), parts.get(3))
        : new WrongMethod("GET");
  }

  private static Route container(String method, List<String> parts, String allowed) {
    if (parts.size() != 4 && parts.size() != 5) {
      return new Unknown();
    }
    if (!List.of(allowed.split(", ")).contains(method)) {
      return new WrongMethod(allowed);
    }
    Optional<String> uid = parts.size() == 5 ? Optional.of(parts.get(3)) : Optional.empty();
    String namespace = parts.get(1);
    String pod = parts.get(2);
    String container = parts.getLast();
    return switch (parts.getFirst()) {
      case "exec" -> new Exec(namespace, pod, uid, container);
      case "attach" -> new Attach(namespace, pod, uid, container);
      default -> new Run(namespace, pod, uid, container);
    };
  }

  private static Route portForward(String method, List<String> parts) {
    if (parts.size() != 3 && parts.size() != 4) {
      return new Unknown();
    }
    if (!method.equals("GET") && !method.equals("POST")) {
      return new WrongMethod("GET, POST");
    }
    Optional<String> uid = parts.size() == 4 ? Optional.of(parts.get(3)) : Optional.empty();
    return new PortForward(parts.get(1), parts.get(2), uid);
  }

  private static Route unsupported(
      String method, List<String> parts, String allowed, int least, int most) {
    if (parts.size() < least || parts.size() > most) {
      return new Unknown();
    }
    return List.of(allowed.split(", ")).contains(method)
        ? new Unsupported(parts.getFirst())
        : new WrongMethod(allowed);
  }

  private static Route plain(String method, String path) {
    Route route =
        switch (path) {
          case "/pods", "/pods/" -> new Pods();
          case "/runningpods", "/runningpods/" -> new RunningPods();
          case "/healthz", "/healthz/syncloop" -> new Health();
          case "/healthz/ping", "/healthz/log" -> new Ping();
          case "/metrics" -> new Metrics();
          case "/metrics/resource" -> Stats.RESOURCE;
          case "/metrics/cadvisor" -> Stats.CADVISOR;
          case "/metrics/probes" -> Stats.PROBES;
          case "/stats/summary" -> Stats.SUMMARY;
          case "/configz" -> new Configz();
          default -> new Unknown();
        };
    if (route == Stats.SUMMARY && method.equals("POST")) {
      return route;
    }
    return route instanceof Unknown || method.equals("GET") ? route : new WrongMethod("GET");
  }
}
