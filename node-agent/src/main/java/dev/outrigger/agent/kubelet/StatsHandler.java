package dev.outrigger.agent.kubelet;

import dev.outrigger.agent.kubelet.stats.NodeStats;
import dev.outrigger.provider.ProviderException;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** {@code /stats/summary} and {@code /metrics/...}. */
final class StatsHandler {

  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final NodeStats stats;

  StatsHandler(KubeletServerConfig config, NodePods pods) {
    this.stats = new NodeStats(config.nodeName(), pods::pods, pods::stats, config.clock());
  }

  void handle(Route.Stats route, Map<String, List<String>> query, ResponseWriter response)
      throws HttpProblem, IOException {
    try {
      switch (route) {
        case SUMMARY -> {
          boolean only = List.of("true").equals(query.get("only_cpu_and_memory"));
          response.whole(200, "application/json", stats.summary(only));
        }
        case RESOURCE -> response.whole(200, PROMETHEUS, stats.resourceMetrics());
        case CADVISOR -> response.whole(200, PROMETHEUS, stats.cadvisorMetrics());
        // As a kubelet's whose Pods have no probes: this agent runs none.
        case PROBES -> response.whole(200, PROMETHEUS, "");
      }
    } catch (ProviderException e) {
      throw new HttpProblem(500, "Internal Error: " + e.getMessage());
    }
  }
}
