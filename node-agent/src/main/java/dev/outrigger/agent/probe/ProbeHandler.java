package dev.outrigger.agent.probe;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a probe asks, its ports' names resolved (core/v1 ProbeHandler). */
public sealed interface ProbeHandler {

  record Exec(List<String> command) implements ProbeHandler {
    public Exec {
      command = List.copyOf(command);
    }
  }

  /**
   * @param host empty means the Pod's own address
   * @param path with its query, as declared
   * @param headers in order, one name possibly several times
   */
  record Http(
      String scheme,
      Optional<String> host,
      int port,
      String path,
      List<Map.Entry<String, String>> headers)
      implements ProbeHandler {
    public Http {
      headers = List.copyOf(headers);
    }
  }

  /**
   * @param host empty means the Pod's own address
   */
  record Tcp(Optional<String> host, int port) implements ProbeHandler {}

  record Grpc(int port, String service) implements ProbeHandler {}

  /**
   * It can never be asked.
   *
   * @param problem in the kubelet's words
   */
  record Impossible(String problem) implements ProbeHandler {}

  static ProbeHandler of(Probe probe, Container container) {
    if (probe.getExec() != null) {
      return new Exec(probe.getExec().getCommand());
    }
    if (probe.getGrpc() != null) {
      return new Grpc(
          probe.getGrpc().getPort(), Optional.ofNullable(probe.getGrpc().getService()).orElse(""));
    }
    if (probe.getTcpSocket() != null) {
      var tcp = probe.getTcpSocket();
      return port(tcp.getPort(), container)
          .<ProbeHandler>map(port -> new Tcp(present(tcp.getHost()), port))
          .orElseGet(() -> unknownPort(tcp.getPort()));
    }
    HTTPGetAction http = probe.getHttpGet();
    return http == null
        ? new Impossible("missing probe handler for container " + container.getName())
        : port(http.getPort(), container)
            .map(port -> http(http, port))
            .orElseGet(() -> unknownPort(http.getPort()));
  }

  private static ProbeHandler http(HTTPGetAction http, int port) {
    String scheme = Optional.ofNullable(http.getScheme()).orElse("HTTP").toLowerCase(Locale.ROOT);
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    http.getHttpHeaders().forEach(h -> headers.add(Map.entry(h.getName(), h.getValue())));
    String path = Optional.ofNullable(http.getPath()).orElse("/");
    return new Http(
        scheme, present(http.getHost()), port, path.startsWith("/") ? path : "/" + path, headers);
  }

  private static Optional<String> present(@Nullable String host) {
    return Optional.ofNullable(host).filter(h -> !h.isEmpty());
  }

  private static Optional<Integer> port(IntOrString declared, Container container) {
    Integer number = declared.getIntVal();
    return number != null && number > 0
        ? Optional.of(number)
        : container.getPorts().stream()
            .filter(p -> p.getName() != null && p.getName().equals(declared.getStrVal()))
            .map(io.fabric8.kubernetes.api.model.ContainerPort::getContainerPort)
            .findFirst();
  }

  private static ProbeHandler unknownPort(IntOrString declared) {
    return new Impossible("couldn't find port: " + declared.getValue() + " in the container");
  }
}
