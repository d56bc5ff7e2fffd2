package dev.outrigger.agent.resolve;

import dev.outrigger.provider.SensitiveText;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Environment variables that tell containers of Services, as Docker links did
 * (pkg/kubelet/envvars). Pure.
 */
final class ServiceLinks {

  private ServiceLinks() {}

  static Map<String, SensitiveText> of(List<Service> services) {
    Map<String, String> env = new LinkedHashMap<>();
    services.stream().filter(ServiceLinks::hasAddress).forEach(service -> add(service, env));
    Map<String, SensitiveText> plain = new LinkedHashMap<>();
    env.forEach((name, value) -> plain.put(name, SensitiveText.plain(value)));
    return plain;
  }

  private static boolean hasAddress(Service service) {
    String address = service.getSpec().getClusterIP();
    return address != null && !address.isEmpty() && !"None".equals(address);
  }

  private static void add(Service service, Map<String, String> env) {
    String prefix = name(service.getMetadata().getName());
    String address = service.getSpec().getClusterIP();
    List<ServicePort> ports = service.getSpec().getPorts();
    env.put(prefix + "_SERVICE_HOST", address);
    if (ports.isEmpty()) {
      return;
    }
    env.put(prefix + "_SERVICE_PORT", "" + ports.getFirst().getPort());
    for (ServicePort port : ports) {
      if (port.getName() != null && !port.getName().isEmpty()) {
        env.put(prefix + "_SERVICE_PORT_" + name(port.getName()), "" + port.getPort());
      }
    }
    env.put(prefix + "_PORT", url(address, ports.getFirst()));
    for (ServicePort port : ports) {
      String link = "%s_PORT_%d_%s".formatted(prefix, port.getPort(), protocol(port));
      env.put(link, url(address, port));
      env.put(link + "_PROTO", protocol(port).toLowerCase(Locale.ROOT));
      env.put(link + "_PORT", "" + port.getPort());
      env.put(link + "_ADDR", address);
    }
  }

  private static String url(String address, ServicePort port) {
    String host = address.contains(":") ? "[" + address + "]" : address;
    return protocol(port).toLowerCase(Locale.ROOT) + "://" + host + ":" + port.getPort();
  }

  private static String protocol(ServicePort port) {
    return Optional.ofNullable(port.getProtocol()).orElse("TCP");
  }

  private static String name(String text) {
    return text.replace('-', '_').toUpperCase(Locale.ROOT);
  }
}
