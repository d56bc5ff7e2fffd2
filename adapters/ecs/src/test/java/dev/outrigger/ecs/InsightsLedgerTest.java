package dev.outrigger.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.ecs.InsightsLedger.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InsightsLedgerTest {

  private static final Instant START = Instant.parse("2026-11-01T10:00:00Z");
  private static final Place MAIN = new Place("f00", "main");

  private final InsightsLedger ledger = new InsightsLedger();

  @Test
  void ratesAddUpToTheTimeThatWasUsed() {
    at(40, 512, 10);
    at(100, 1024, 20);

    assertThat(ledger.of(MAIN))
        .contains(
            new InsightsLedger.Figures(
                START.plusSeconds(100), seconds(20) + seconds(60), 20L << 20));
  }

  @Test
  void whatWasReadBeforeOrComesLateCountsOnce() {
    at(60, 1024, 1);
    at(120, 1024, 1);
    at(120, 1024, 1);
    at(60, 1024, 9);

    assertThat(ledger.of(MAIN).orElseThrow().cpuNanos()).isEqualTo(seconds(120));
    assertThat(ledger.of(MAIN).orElseThrow().memoryBytes()).isEqualTo(1L << 20);
  }

  @Test
  void anEventStandsForAMinuteAtMost() {
    at(600, 1024, 1);
    at(900, 1024, 1);

    assertThat(ledger.of(MAIN).orElseThrow().cpuNanos()).isEqualTo(seconds(120));
  }

  @Test
  void onlyRunningContainersOfTheNodeAreKept() {
    ledger.accept(event("f00", "other", 60, 1024, 1), Map.of(MAIN, START));
    ledger.accept(event("b00", "main", 60, 1024, 1), Map.of(MAIN, START));
    at(-10, 1024, 1);
    ledger.accept("START of something else", Map.of(MAIN, START));
    ledger.accept("{\"TaskId\":\"f00\",\"ContainerName\":\"main\"}", Map.of(MAIN, START));
    assertThat(ledger.of(MAIN)).isEmpty();
    assertThat(ledger.of(new Place("f00", "other"))).isEmpty();

    at(60, 1024, 1);
    ledger.retain(Set.of());
    assertThat(ledger.of(MAIN)).isEmpty();
  }

  private void at(int second, double cpuUnits, int memory) {
    ledger.accept(event("f00", "main", second, cpuUnits, memory), Map.of(MAIN, START));
  }

  private static double seconds(int seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  private static String event(
      String task, String container, int second, double cpuUnits, int memory) {
    return """
    {"Version":"0","Type":"Container","ContainerName":"%s","TaskId":"%s",
     "Timestamp":%d,"CpuUtilized":%s,"CpuReserved":256,"MemoryUtilized":%d,"MemoryReserved":512}
    """
        .formatted(container, task, START.plusSeconds(second).toEpochMilli(), cpuUnits, memory);
  }
}
