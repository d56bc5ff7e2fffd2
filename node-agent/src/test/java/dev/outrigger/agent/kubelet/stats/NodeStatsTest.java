package dev.outrigger.agent.kubelet.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outrigger.agent.api.RecordedLog;
import dev.outrigger.provider.ContainerStats;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.PodStats;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.StatsSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class NodeStatsTest {

  private static final Instant START = Instant.parse("2026-11-21T10:00:00.5Z");
  private static final long SECOND = 1_000_000_000L;

  private final List<Pod> pods = new ArrayList<>();
  private final List<PodStats> measured = new ArrayList<>();
  private Optional<StatsSource> source = Optional.of(() -> List.copyOf(measured));
  private Instant now = START.plusSeconds(100);
  private final Clock clock =
      new Clock() {
        @Override
        public ZoneOffset getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          return now;
        }
      };
  private final NodeStats stats = new NodeStats("n1", () -> pods, () -> source, clock);

  @Test
  void theRateComesFromTwoMeasurementsAndIsLeftOutBefore() throws Exception {
    pods.add(pod("uid-a", "a"));
    measured.add(pod("uid-a", 0, container("main", 3 * SECOND, 1000)));
    JsonNode first = summary(false).at("/pods/0/containers/0/cpu");
    now = now.plusSeconds(10);
    measured.set(0, pod("uid-a", 0, container("main", 8 * SECOND, 1000)));
    JsonNode second = summary(false).at("/pods/0/containers/0/cpu");

    assertThat(first.has("usageNanoCores")).isFalse();
    assertThat(first.get("usageCoreNanoSeconds").asLong()).isEqualTo(3 * SECOND);
    assertThat(second.get("usageNanoCores").asLong()).isEqualTo(SECOND / 2);
    assertThat(second.get("time").asText()).isEqualTo("2026-11-21T10:01:50Z");
    assertThat(summary(false).at("/pods/0/cpu/usageNanoCores").asLong()).isEqualTo(SECOND / 2);
  }

  @Test
  void backendThatStaysAwayIsLoggedAtGrowingIntervals() {
    source =
        Optional.of(
            () -> {
              throw new ProviderException.Unavailable("away", null);
            });
    try (RecordedLog log = new RecordedLog(NodeStats.class)) {
      for (int scrape = 0; scrape < 240; scrape++) {
        stats.resourceMetrics();
        now = now.plusSeconds(15);
      }
      assertThat(log.lines()).hasSize(6);
    }
  }

  @Test
  void whatWasNotMeasuredIsLeftOutAndNeverZero() throws Exception {
    pods.add(pod("uid-a", "a"));
    var bare =
        new ContainerStats(
            "main",
            START,
            OptionalLong.empty(),
            OptionalLong.of(5),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.of(77));
    measured.add(pod("uid-a", 0, bare));

    JsonNode container = summary(false).at("/pods/0/containers/0");

    assertThat(container.has("cpu")).isFalse();
    assertThat(container.at("/memory/workingSetBytes").asLong()).isEqualTo(5);
    assertThat(container.get("memory").has("usageBytes")).isFalse();
    assertThat(container.at("/logs/usedBytes").asLong()).isEqualTo(77);
    assertThat(summary(true).at("/pods/0/containers/0").has("logs")).isFalse();
    assertThat(stats.resourceMetrics()).doesNotContain("container_cpu_usage_seconds_total{");
  }

  @Test
  void theNodesCounterKeepsWhatEndedPodsHaveUsed() throws Exception {
    pods.add(pod("uid-a", "a"));
    measured.add(pod("uid-a", 0, container("main", 1000 * SECOND, 1000)));
    long before = summary(true).at("/node/cpu/usageCoreNanoSeconds").asLong();
    measured.clear();
    pods.clear();
    now = now.plusSeconds(10);
    long after = summary(true).at("/node/cpu/usageCoreNanoSeconds").asLong();

    assertThat(before).isGreaterThan(1000 * SECOND);
    assertThat(after).isGreaterThanOrEqualTo(before);
  }

  @Test
  void aRestartedContainerStartsItsOwnCounterAndAddsToTheNodes() throws Exception {
    pods.add(pod("uid-a", "a"));
    measured.add(pod("uid-a", 0, container("main", 1000 * SECOND, 1000)));
    long before = summary(true).at("/node/cpu/usageCoreNanoSeconds").asLong();
    measured.add(pod("uid-a", 1, container("main", 10 * SECOND, 1000)));
    now = now.plusSeconds(10);
    JsonNode after = summary(true);

    assertThat(after.at("/pods").size()).isEqualTo(1);
    assertThat(after.at("/pods/0/cpu/usageCoreNanoSeconds").asLong()).isEqualTo(10 * SECOND);
    assertThat(after.at("/node/cpu/usageCoreNanoSeconds").asLong())
        .isGreaterThanOrEqualTo(before + 10 * SECOND);
  }

  @Test
  void anEmptyNodeIsNotZeroForItsAgentRuns() throws Exception {
    source = Optional.empty();

    JsonNode node = summary(false).get("node");

    assertThat(node.get("nodeName").asText()).isEqualTo("n1");
    assertThat(node.at("/cpu/usageCoreNanoSeconds").asLong()).isPositive();
    assertThat(node.at("/memory/workingSetBytes").asLong()).isPositive();
    assertThat(node.at("/systemContainers/0/name").asText()).isEqualTo("kubelet");
    assertThat(summary(false).get("pods").size()).isZero();
  }

  @Test
  void resourceMetricsHaveTheKubeletsNamesLabelsAndTimes() {
    pods.add(pod("uid-a", "a"));
    measured.add(pod("uid-a", 0, container("main", 1_250_000_000L, 4096)));
    // Of a Pod that the node does not know (any more).
    measured.add(pod("uid-b", 0, container("main", SECOND, 4096)));

    String text = stats.resourceMetrics();

    String at = Long.toString(now.toEpochMilli());
    assertThat(text.lines())
        .contains(
            "# TYPE container_cpu_usage_seconds_total counter",
            "container_cpu_usage_seconds_total{container=\"main\",namespace=\"ns\",pod=\"a\"} 1.25 "
                + at,
            "container_memory_working_set_bytes{container=\"main\",namespace=\"ns\",pod=\"a\"} 4096 "
                + at,
            "container_start_time_seconds{container=\"main\",namespace=\"ns\",pod=\"a\"} "
                + START.getEpochSecond()
                + ".5",
            "pod_cpu_usage_seconds_total{namespace=\"ns\",pod=\"a\"} 1.25 " + at,
            "pod_memory_working_set_bytes{namespace=\"ns\",pod=\"a\"} 4096 " + at,
            "resource_scrape_error 0");
    assertThat(text.lines()).filteredOn(l -> l.startsWith("node_")).hasSize(2);
    assertThat(text.lines()).filteredOn(l -> l.startsWith("container_cpu")).hasSize(1);
  }

  @Test
  void aFailedMeasurementIsAMetricAndAnErrorOfTheSummary() {
    source =
        Optional.of(
            () -> {
              throw new ProviderException.Unavailable("away", null);
            });

    assertThat(stats.resourceMetrics()).contains("resource_scrape_error 1").doesNotContain("node_");
    assertThatThrownBy(() -> stats.summary(false))
        .isInstanceOf(ProviderException.Unavailable.class);
  }

  @Test
  void cadvisorMetricsAreASubsetWithItsLabels() throws Exception {
    pods.add(pod("uid-a", "a"));
    measured.add(pod("uid-a", 0, container("main", SECOND, 4096)));

    assertThat(stats.cadvisorMetrics().lines())
        .contains(
            "container_cpu_usage_seconds_total{container=\"main\",cpu=\"total\",namespace=\"ns\",pod=\"a\"} 1 "
                + now.toEpochMilli());
  }

  private JsonNode summary(boolean onlyCpuAndMemory) throws Exception {
    return new ObjectMapper().readTree(stats.summary(onlyCpuAndMemory));
  }

  private PodStats pod(String uid, int attempt, ContainerStats... containers) {
    var key = new PodKey(uid, "ns", "a");
    return new PodStats(new PodAttempt(key, attempt), now, List.of(containers), Optional.empty());
  }

  private static ContainerStats container(String name, long cpuNanos, long memory) {
    return new ContainerStats(
        name,
        START,
        OptionalLong.of(cpuNanos),
        OptionalLong.of(memory),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  private static Pod pod(String uid, String name) {
    return new PodBuilder()
        .withNewMetadata()
        .withUid(uid)
        .withNamespace("ns")
        .withName(name)
        .endMetadata()
        .build();
  }
}
