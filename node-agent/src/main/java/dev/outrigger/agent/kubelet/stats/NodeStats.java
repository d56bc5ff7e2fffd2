package dev.outrigger.agent.kubelet.stats;

import dev.outrigger.agent.kubelet.stats.NodeSample.PodSample;
import dev.outrigger.provider.ContainerStats;
import dev.outrigger.provider.LogPace;
import dev.outrigger.provider.PodStats;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.StatsSource;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one virtual node and its Pods use. Every request measures, which blocks as {@link
 * StatsSource#stats} does; concurrent ones are fine. A node whose backend measures nothing has
 * figures of its own (the agent's) and no Pods'.
 */
public final class NodeStats {

  private static final Logger LOG = LoggerFactory.getLogger(NodeStats.class);
  private static final UsageHistory.Key WHOLE = new UsageHistory.Key(Optional.empty(), "node");

  private final String node;
  private final Supplier<List<Pod>> pods;
  private final Supplier<Optional<StatsSource>> source;
  private final Clock clock;
  private final LogPace unmeasured;

  /** Of the containers and the agent: its total is the node's. */
  private final UsageHistory history = new UsageHistory();

  /** Of that total. */
  private final UsageHistory wholeHistory = new UsageHistory();

  public NodeStats(
      String node, Supplier<List<Pod>> pods, Supplier<Optional<StatsSource>> source, Clock clock) {
    this.node = node;
    this.pods = pods;
    this.source = source;
    this.clock = clock;
    this.unmeasured = new LogPace(clock);
  }

  /** The body of {@code /stats/summary} (k8s.io/kubelet/pkg/apis/stats/v1alpha1). */
  public String summary(boolean onlyCpuAndMemory) throws ProviderException {
    return SummaryJson.of(node, measure(), onlyCpuAndMemory);
  }

  /**
   * The body of {@code /metrics/resource}. A failed measurement is told by a metric, as the kubelet
   * does it.
   */
  public String resourceMetrics() {
    try {
      String text = ResourceText.of(measure());
      unmeasured.over();
      return text;
    } catch (ProviderException e) {
      if (unmeasured.isDue(String.valueOf(e.getMessage()))) {
        LOG.atWarn()
            .addKeyValue("node", node)
            .addKeyValue("reason", e.getMessage())
            .log("resource use could not be measured");
      }
      return ResourceText.failed();
    }
  }

  /** The body of {@code /metrics/cadvisor}: the few of cAdvisor's metrics that are measured. */
  public String cadvisorMetrics() throws ProviderException {
    return CadvisorText.of(measure());
  }

  private NodeSample measure() throws ProviderException {
    Optional<StatsSource> measuring = source.get();
    List<PodStats> measured = measuring.isPresent() ? measuring.get().stats() : List.of();
    Instant now = clock.instant();
    List<PodSample> samples = samples(measured);
    long resident = AgentProcess.residentBytes();
    NodeSample.Agent agent =
        new NodeSample.Agent(
            AgentProcess.startedAt(), cpu("agent", now, AgentProcess.cpuNanos()), resident);
    long workingSet =
        resident
            + samples.stream()
                .mapToLong(s -> s.sum(ContainerStats::workingSetBytes).orElse(0))
                .sum();
    long total = history.total(now);
    OptionalLong rate = wholeHistory.measured(WHOLE, now, total);
    return new NodeSample(
        now, agent.startedAt(), new NodeSample.Cpu(total, rate), workingSet, agent, samples);
  }

  private NodeSample.Cpu cpu(String name, Instant now, long nanos) {
    return new NodeSample.Cpu(
        nanos, history.measured(new UsageHistory.Key(Optional.empty(), name), now, nanos));
  }

  /** Of the Pods that the node knows, each by its latest attempt. */
  private List<PodSample> samples(List<PodStats> measured) {
    Map<String, PodStats> latest =
        measured.stream()
            .collect(
                Collectors.toMap(
                    s -> s.attempt().key().uid(),
                    Function.identity(),
                    (a, b) -> a.attempt().number() > b.attempt().number() ? a : b));
    List<PodSample> samples = new ArrayList<>();
    for (Pod pod : pods.get()) {
      PodStats stats = latest.get(pod.getMetadata().getUid());
      if (stats != null) {
        samples.add(new PodSample(pod, stats, rates(stats)));
      }
    }
    return samples;
  }

  private Map<String, Long> rates(PodStats stats) {
    Map<String, Long> rates = new HashMap<>();
    for (ContainerStats container : stats.containers()) {
      UsageHistory.Key key = new UsageHistory.Key(Optional.of(stats.attempt()), container.name());
      if (container.cpuNanos().isPresent()) {
        history
            .measured(key, stats.at(), container.cpuNanos().getAsLong())
            .ifPresent(rate -> rates.put(container.name(), rate));
      }
    }
    return rates;
  }
}
