package dev.outrigger.agent.observe;

import dev.outrigger.agent.kubelet.NodePods;
import dev.outrigger.agent.tls.ServingSource;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The text of {@code /metrics}: every metric's name is in this class. */
public final class AgentMetrics {

  private static final Logger LOG = LoggerFactory.getLogger(AgentMetrics.class);

  private final Map<String, NodePods> nodes = new ConcurrentHashMap<>();
  private final Map<String, ServingSource> certificates = new ConcurrentHashMap<>();

  private final Clock clock;

  public AgentMetrics(Clock clock) {
    this.clock = clock;
  }

  /** Adds a node whose Pods are to be counted. */
  public void node(String name, NodePods pods) {
    nodes.put(name, pods);
  }

  /** Adds a node whose serving certificate's life is to be told. */
  public void certificate(String node, ServingSource serving) {
    certificates.put(node, serving);
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
    ttls(out);
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

  private void ttls(StringBuilder out) {
    String name = "kubelet_certificate_manager_server_ttl_seconds";
    header(
        out, name, "gauge", "Seconds until the serving certificate expires; negative if it has.");
    certificates.forEach(
        (node, serving) -> {
          try {
            Duration left = Duration.between(clock.instant(), serving.current().expiry());
            sample(out, name, "node=\"" + node + "\"", (double) left.toSeconds());
          } catch (IOException e) {
            LOG.atWarn()
                .addKeyValue("node", node)
                .addKeyValue("cause", e.getMessage())
                .log("the serving certificate cannot be read");
          }
        });
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
