package dev.outrigger.agent.observe;

import dev.outrigger.agent.kubelet.NodePods;
import io.fabric8.kubernetes.api.model.Pod;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The text of {@code /metrics}: every metric's name is in this class. */
public final class AgentMetrics {

  private final Map<String, NodePods> nodes = new ConcurrentHashMap<>();

  /** Adds a node whose Pods are to be counted. */
  public void node(String name, NodePods pods) {
    nodes.put(name, pods);
  }

  /** Prometheus' text format, version 0.0.4. */
  public String text() {
    StringBuilder out = new StringBuilder();
    header(out, "outrigger_pods", "gauge", "Pods bound to a virtual node, by phase.");
    nodes.forEach((name, pods) -> phases(out, name, pods));
    header(out, "kubelet_running_pods", "gauge", "Number of pods that have a running workload.");
    nodes.forEach(
        (name, pods) ->
            sample(out, "kubelet_running_pods", "node=\"" + name + "\"", (double) running(pods)));
    var runtime = ManagementFactory.getRuntimeMXBean();
    header(out, "process_start_time_seconds", "gauge", "Start time since the epoch.");
    sample(out, "process_start_time_seconds", "", runtime.getStartTime() / 1000.0);
    var memory = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    header(out, "jvm_memory_used_bytes", "gauge", "Used heap.");
    sample(out, "jvm_memory_used_bytes", "area=\"heap\"", (double) memory.getUsed());
    return out.toString();
  }

  private static void phases(StringBuilder out, String node, NodePods pods) {
    Map<String, Integer> counts = new TreeMap<>();
    for (Pod pod : pods.pods()) {
      String phase = pod.getStatus().getPhase();
      counts.merge(phase == null ? "Pending" : phase, 1, Integer::sum);
    }
    counts.forEach(
        (phase, count) ->
            sample(
                out, "outrigger_pods", "node=\"%s\",phase=\"%s\"".formatted(node, phase), count));
  }

  private static long running(NodePods pods) {
    return pods.pods().stream().filter(p -> "Running".equals(p.getStatus().getPhase())).count();
  }

  private static void header(StringBuilder out, String name, String type, String help) {
    out.append("# HELP ").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private static void sample(StringBuilder out, String name, String labels, double value) {
    out.append(name);
    if (!labels.isEmpty()) {
      out.append('{').append(labels).append('}');
    }
    out.append(' ').append(String.format(Locale.ROOT, "%s", value)).append('\n');
  }
}
