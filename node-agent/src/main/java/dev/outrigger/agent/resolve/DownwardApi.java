package dev.outrigger.agent.resolve;

import dev.outrigger.provider.ProviderException;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectFieldSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code fieldRef} and {@code resourceFieldRef} of one Pod on one node. Pure. */
final class DownwardApi {

  private static final Pattern SUBSCRIPT =
      Pattern.compile("metadata\\.(labels|annotations)\\['(.*)'\\]");

  private final Pod pod;
  private final NodeFacts node;

  DownwardApi(Pod pod, NodeFacts node) {
    this.pod = pod;
    this.node = node;
  }

  /**
   * A field's value.
   *
   * @param path where the reference stands in the Pod, for the error
   */
  String field(String path, ObjectFieldSelector selector) throws ProviderException {
    String field = selector.getFieldPath();
    var subscript = SUBSCRIPT.matcher(field);
    if (subscript.matches()) {
      Map<String, String> map =
          "labels".equals(subscript.group(1))
              ? pod.getMetadata().getLabels()
              : pod.getMetadata().getAnnotations();
      return orEmpty(map).getOrDefault(subscript.group(2), "");
    }
    return switch (field) {
      case "metadata.name" -> pod.getMetadata().getName();
      case "metadata.namespace" -> pod.getMetadata().getNamespace();
      case "metadata.uid" -> pod.getMetadata().getUid();
      case "metadata.labels" -> lines(pod.getMetadata().getLabels());
      case "metadata.annotations" -> lines(pod.getMetadata().getAnnotations());
      case "spec.nodeName" -> node.name();
      case "spec.serviceAccountName" -> nullToEmpty(pod.getSpec().getServiceAccountName());
      case "spec.restartPolicy" -> nullToEmpty(pod.getSpec().getRestartPolicy());
      case "status.hostIP", "status.hostIPs" -> node.hostIp();
      case "status.podIP", "status.podIPs" -> podIp(path);
      default -> throw new ProviderException.Invalid(path, "unknown field path " + field);
    };
  }

  /** A container's resource, divided and rounded up, as the kubelet prints it. */
  String resource(String path, ResourceFieldSelector selector, String ownContainer)
      throws ProviderException {
    String name = selector.getContainerName();
    Container container = container(path, name == null || name.isEmpty() ? ownContainer : name);
    String[] parts = selector.getResource().split("\\.", 2);
    if (parts.length != 2 || !("limits".equals(parts[0]) || "requests".equals(parts[0]))) {
      throw new ProviderException.Invalid(path, "unknown resource " + selector.getResource());
    }
    BigDecimal amount = amount(container, parts[0], parts[1]);
    return amount.divide(divisor(selector.getDivisor()), 0, RoundingMode.CEILING).toPlainString();
  }

  private BigDecimal amount(Container container, String kind, String resource) {
    var resources = container.getResources();
    Map<String, Quantity> amounts =
        resources == null
            ? Map.of()
            : orEmpty("limits".equals(kind) ? resources.getLimits() : resources.getRequests());
    Quantity quantity = amounts.get(resource);
    if (quantity != null && quantity.getNumericalAmount().signum() != 0) {
      return quantity.getNumericalAmount();
    }
    BigDecimal fallback = node.allocatable().get(resource);
    return "limits".equals(kind) && fallback != null ? fallback : BigDecimal.ZERO;
  }

  private String podIp(String path) throws ProviderException {
    throw new ProviderException.Unsupported(
        path,
        "the environment is fixed when the backend is asked to start the Pod, and only then does"
            + " the backend give it an address; have the container ask its own network interface"
            + " (hostname -i)");
  }

  private Container container(String path, String name) throws ProviderException {
    var init = pod.getSpec().getInitContainers();
    return Stream.concat(
            pod.getSpec().getContainers().stream(), init == null ? Stream.of() : init.stream())
        .filter(c -> name.equals(c.getName()))
        .findFirst()
        .orElseThrow(() -> new ProviderException.Invalid(path, "no container named " + name));
  }

  private static BigDecimal divisor(@Nullable Quantity divisor) {
    BigDecimal amount = divisor == null ? BigDecimal.ONE : divisor.getNumericalAmount();
    return amount.signum() == 0 ? BigDecimal.ONE : amount;
  }

  private static String lines(@Nullable Map<String, String> map) {
    return new TreeMap<>(orEmpty(map))
        .entrySet().stream()
            .map(e -> e.getKey() + "=" + GoQuote.of(e.getValue()))
            .collect(Collectors.joining("\n"));
  }

  private static <V> Map<String, V> orEmpty(@Nullable Map<String, V> map) {
    return map == null ? Map.of() : map;
  }

  private static String nullToEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
