package dev.outrigger.agent.kubelet.stats;

import static dev.outrigger.agent.kubelet.stats.Exposition.label;

import dev.outrigger.agent.kubelet.stats.NodeSample.PodSample;
import dev.outrigger.provider.ContainerStats;
import dev.outrigger.provider.PodStats.NetworkStats;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Those of cAdvisor's metrics that dashboards read and that are measured here. */
final class CadvisorText {

  private CadvisorText() {}

  static String of(NodeSample node) {
    Exposition out = new Exposition();
    cpu(out, node.pods());
    containers(
        out,
        node.pods(),
        "container_memory_rss",
        "Size of RSS in bytes.",
        ContainerStats::rssBytes);
    containers(
        out,
        node.pods(),
        "container_memory_usage_bytes",
        "Current memory usage in bytes, including all memory regardless of when it was accessed",
        ContainerStats::usageBytes);
    containers(
        out,
        node.pods(),
        "container_memory_working_set_bytes",
        "Current working set in bytes.",
        ContainerStats::workingSetBytes);
    network(
        out,
        node.pods(),
        "container_network_receive_bytes_total",
        "Cumulative count of bytes received",
        NetworkStats::receivedBytes);
    network(
        out,
        node.pods(),
        "container_network_transmit_bytes_total",
        "Cumulative count of bytes transmitted",
        NetworkStats::sentBytes);
    String start = "container_start_time_seconds";
    out.metric(start, "gauge", "Start time of the container since unix epoch in seconds.");
    for (PodSample pod : node.pods()) {
      for (ContainerStats c : pod.stats().containers()) {
        String value = Exposition.seconds(c.startedAt());
        out.sample(start, labels(pod, c), value, pod.stats().at());
      }
    }
    return out.toString();
  }

  private static void cpu(Exposition out, List<PodSample> pods) {
    String name = "container_cpu_usage_seconds_total";
    out.metric(name, "counter", "Cumulative cpu time consumed in seconds.");
    for (PodSample pod : pods) {
      for (ContainerStats c : pod.stats().containers()) {
        String labels = label("container", c.name()) + "," + label("cpu", "total") + rest(pod, c);
        c.cpuNanos()
            .ifPresent(n -> out.sample(name, labels, Exposition.seconds(n), pod.stats().at()));
      }
    }
  }

  private static void containers(
      Exposition out,
      List<PodSample> pods,
      String name,
      String help,
      Function<ContainerStats, OptionalLong> figure) {
    out.metric(name, "gauge", help);
    for (PodSample pod : pods) {
      for (ContainerStats c : pod.stats().containers()) {
        figure
            .apply(c)
            .ifPresent(b -> out.sample(name, labels(pod, c), Long.toString(b), pod.stats().at()));
      }
    }
  }

  private static void network(
      Exposition out,
      List<PodSample> pods,
      String name,
      String help,
      ToLongFunction<NetworkStats> figure) {
    out.metric(name, "counter", help);
    for (PodSample pod : pods) {
      var metadata = pod.pod().getMetadata();
      String labels =
          label("namespace", metadata.getNamespace()) + "," + label("pod", metadata.getName());
      pod.stats()
          .network()
          .ifPresent(
              n ->
                  out.sample(name, labels, Long.toString(figure.applyAsLong(n)), pod.stats().at()));
    }
  }

  private static String labels(PodSample pod, ContainerStats container) {
    return label("container", container.name()) + rest(pod, container);
  }

  /** The labels after the container's (and the CPU's) in alphabetical order. */
  private static String rest(PodSample pod, ContainerStats container) {
    var metadata = pod.pod().getMetadata();
    Optional<ContainerStatus> status = status(pod, container.name());
    StringBuilder labels = new StringBuilder();
    status
        .map(ContainerStatus::getContainerID)
        .ifPresent(id -> labels.append(',').append(label("id", id)));
    status
        .map(ContainerStatus::getImage)
        .ifPresent(image -> labels.append(',').append(label("image", image)));
    labels.append(',').append(label("namespace", metadata.getNamespace()));
    return labels.append(',').append(label("pod", metadata.getName())).toString();
  }

  private static Optional<ContainerStatus> status(PodSample pod, String container) {
    return Optional.ofNullable(pod.pod().getStatus())
        .flatMap(
            s ->
                s.getContainerStatuses().stream()
                    .filter(c -> container.equals(c.getName()))
                    .findFirst());
  }
}
