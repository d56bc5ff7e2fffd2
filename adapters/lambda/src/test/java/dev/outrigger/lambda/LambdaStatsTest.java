package dev.outrigger.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.ContainerStats;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodStats;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Workload;
import dev.outrigger.provider.testkit.PodWorks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Lambda's reports tell of the memory that was used. */
class LambdaStatsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String ID = "00000000-0000-0000-0000-000000000007";
  private final SimulatedLambda aws = new SimulatedLambda();

  @AfterEach
  void stop() {
    aws.close();
  }

  @Test
  void thePeakOfAnEndedInvocationIsToldAndNothingElse() throws Exception {
    PodAttempt ended = PodWorks.newAttempt("ended");
    PodAttempt runs = PodWorks.newAttempt("runs");
    try (Provider provider = aws.provider("node")) {
      provider.create(SimulatedLambda.pod(runs, "{\"sleep\":50}"));
      provider.create(SimulatedLambda.pod(ended, "{\"error\":\"it failed\"}"));
      awaitEnd(provider, ended);

      onlyPeakOf(ended, provider.stats().orElseThrow().stats());
    }
    try (Provider next = aws.provider("node")) {
      awaitEnd(next, ended);
      onlyPeakOf(ended, next.stats().orElseThrow().stats());
    }
  }

  private static void onlyPeakOf(PodAttempt attempt, List<PodStats> stats) {
    assertThat(stats).singleElement().extracting(PodStats::attempt).isEqualTo(attempt);
    ContainerStats container = stats.getFirst().containers().getFirst();
    assertThat(container.usageBytes().orElseThrow()).isBetween(1L << 20, 1L << 30);
    assertThat(container.cpuNanos()).isEmpty();
    assertThat(container.workingSetBytes()).isEmpty();
    assertThat(container.startedAt()).isBeforeOrEqualTo(stats.getFirst().at());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "REPORT RequestId: ID\tDuration: 2.50 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\t"
            + "Max Memory Used: 35 MB\t",
        "{\"time\":\"2026-11-01T10:00:00.000Z\",\"type\":\"platform.report\",\"record\":"
            + "{\"requestId\":\"ID\",\"metrics\":{\"durationMs\":2.5,\"maxMemoryUsedMB\":35},\"status\":\"success\"}}"
      })
  void aReportIsFoundInATailThatBeginsInTheMiddle(String report) {
    String tail = "of a line\nanother\n" + report.replace("ID", ID) + "\n";

    assertThat(LogSeparator.reportIn(tail, ID, Instant.EPOCH).orElseThrow().peakMemory())
        .hasValue(35L << 20);
    assertThat(LogSeparator.reportIn(tail, ID.replace('7', '8'), Instant.EPOCH)).isEmpty();
  }

  private static void awaitEnd(Provider provider, PodAttempt attempt) {
    await().atMost(PATIENCE).until(() -> hasEnded(provider, attempt));
  }

  private static boolean hasEnded(Provider provider, PodAttempt attempt) throws ProviderException {
    return provider.list().stream()
        .filter(w -> w.attempt().equals(attempt))
        .anyMatch(Workload::isTerminated);
  }
}
