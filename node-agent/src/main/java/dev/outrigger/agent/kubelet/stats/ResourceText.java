package dev.outrigger.agent.kubelet.stats;

import static dev.outrigger.agent.kubelet.stats.Exposition.label;

import dev.outrigger.agent.kubelet.stats.NodeSample.PodSample;
import dev.outrigger.provider.ContainerStats;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/** The resource metrics, as the kubelet's collector names and orders them (resource_metrics.go). */
final class ResourceText {

  private static final String STABLE = "[STABLE] ";
  private static final String SCRAPE_HELP =
      "1 if there was an error while getting container metrics, 0 otherwise";

  private ResourceText() {}

  static String of(NodeSample node) {
    Exposition out = new Exposition();
    containers(
        out,
        node.pods(),
        "container_cpu_usage_seconds_total",
        "counter",
        "Cumulative cpu time consumed by the container in core-seconds",
        c -> c.cpuNanos().stream().mapToObj(Exposition::seconds).toList());
    containers(
        out,
        node.pods(),
        "container_memory_working_set_bytes",
        "gauge",
        "Current working set of the container in bytes",
        c -> c.workingSetBytes().stream().mapToObj(Long::toString).toList());
    startTimes(out, node.pods());
    String cpu = "node_cpu_usage_seconds_total";
    out.metric(cpu, "counter", STABLE + "Cumulative cpu time consumed by the node in core-seconds")
        .sample(cpu, "", Exposition.seconds(node.cpu().nanos()), node.at());
    String memory = "node_memory_working_set_bytes";
    out.metric(memory, "gauge", STABLE + "Current working set of the node in bytes")
        .sample(memory, "", Long.toString(node.workingSetBytes()), node.at());
    pods(out, node.pods());
    scrape(out, "0");
    return out.toString();
  }

  static String failed() {
    Exposition out = new Exposition();
    scrape(out, "1");
    return out.toString();
  }

  private static void containers(
      Exposition out,
      List<PodSample> pods,
      String name,
      String type,
      String help,
      Function<ContainerStats, List<String>> value) {
    out.metric(name, type, STABLE + help);
    for (PodSample pod : pods) {
      for (ContainerStats container : pod.stats().containers()) {
        for (String measured : value.apply(container)) {
          out.sample(name, labels(pod, container), measured, pod.stats().at());
        }
      }
    }
  }

  private static void startTimes(Exposition out, List<PodSample> pods) {
    String name = "container_start_time_seconds";
    out.metric(name, "gauge", STABLE + "Start time of the container since unix epoch in seconds");
    for (PodSample pod : pods) {
      for (ContainerStats container : pod.stats().containers()) {
        out.sample(name, labels(pod, container), Exposition.seconds(container.startedAt()));
      }
    }
  }

  private static void pods(Exposition out, List<PodSample> pods) {
    String cpu = "pod_cpu_usage_seconds_total";
    out.metric(cpu, "counter", STABLE + "Cumulative cpu time consumed by the pod in core-seconds");
    for (PodSample pod : pods) {
      OptionalLong nanos = pod.sum(ContainerStats::cpuNanos);
      nanos.ifPresent(n -> out.sample(cpu, labels(pod), Exposition.seconds(n), pod.stats().at()));
    }
    String memory = "pod_memory_working_set_bytes";
    out.metric(memory, "gauge", STABLE + "Current working set of the pod in bytes");
    for (PodSample pod : pods) {
      OptionalLong bytes = pod.sum(ContainerStats::workingSetBytes);
      bytes.ifPresent(b -> out.sample(memory, labels(pod), Long.toString(b), pod.stats().at()));
    }
  }

  private static void scrape(Exposition out, String failed) {
    out.metric("resource_scrape_error", "gauge", STABLE + SCRAPE_HELP)
        .sample("resource_scrape_error", "", failed);
    out.metric("scrape_error", "gauge", "[ALPHA] (Deprecated since 1.29.0) " + SCRAPE_HELP)
        .sample("scrape_error", "", failed);
  }

  private static String labels(PodSample pod, ContainerStats container) {
    return label("container", container.name()) + "," + labels(pod);
  }

  private static String labels(PodSample pod) {
    var metadata = pod.pod().getMetadata();
    return label("namespace", metadata.getNamespace()) + "," + label("pod", metadata.getName());
  }
}
