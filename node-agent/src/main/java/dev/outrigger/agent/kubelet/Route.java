package dev.outrigger.agent.kubelet;

import java.util.List;

/** Where a request leads. */
sealed interface Route {

  record ContainerLogs(String namespace, String pod, String container) implements Route {}

  record Pods() implements Route {}

  record RunningPods() implements Route {}

  record Health() implements Route {}

  record Ping() implements Route {}

  record Metrics() implements Route {}

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
      case "exec", "attach" -> stream(method, parts, 4, 5);
      case "portForward" -> stream(method, parts, 3, 4);
      case "run" -> unsupported(method, parts, "POST", 4, 5);
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

  private static Route stream(String method, List<String> parts, int least, int most) {
    return unsupported(method, parts, "GET, POST", least, most);
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
          default -> new Unknown();
        };
    return route instanceof Unknown || method.equals("GET") ? route : new WrongMethod("GET");
  }
}
