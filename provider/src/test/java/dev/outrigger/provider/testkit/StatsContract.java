package dev.outrigger.provider.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outrigger.provider.ContainerStats;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodStats;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What {@link dev.outrigger.provider.StatsSource} promises. Skipped by providers without it. */
abstract class StatsContract extends StreamContract {

  @Test
  void aBusyContainerIsMeasuredAndItsCpuTimeOnlyGrows() throws Exception {
    Provider provider = open();
    assumeTrue(provider.stats().isPresent(), "the backend measures nothing");
    assumeTrue(measuresWhatRuns(), "the backend measures at the end, with tests of its own");
    PodAttempt attempt = attempt("busy");
    provider.create(PodWorks.shell(attempt, "while :; do :; done"));
    awaitRunning(provider, attempt);

    PodStats first =
        await()
            .atMost(patience())
            .until(() -> of(provider, attempt), Optional::isPresent)
            .orElseThrow();
    long used = container(first).cpuNanos().orElseThrow();
    PodStats later =
        await("more CPU time")
            .atMost(patience())
            .until(
                () -> of(provider, attempt),
                s -> s.filter(p -> container(p).cpuNanos().orElseThrow() > used).isPresent())
            .orElseThrow();

    assertThat(later.at()).isAfter(first.at());
    assertThat(container(later).workingSetBytes().orElseThrow()).isPositive();
    assertThat(container(later).startedAt()).isBeforeOrEqualTo(first.at());
    assertThat(container(later).startedAt()).isEqualTo(container(first).startedAt());
    Duration busy = Duration.between(container(later).startedAt(), later.at());
    assertThat(container(later).cpuNanos().orElseThrow()).isLessThan(busy.plusSeconds(2).toNanos());
  }

  @Test
  void whatHasEndedIsNotMeasured() throws Exception {
    Provider provider = open();
    assumeTrue(provider.stats().isPresent(), "the backend measures nothing");
    assumeTrue(measuresWhatRuns(), "the backend measures at the end, with tests of its own");
    PodAttempt attempt = attempt("over");
    provider.create(exit(attempt, 0));
    awaitTerminated(provider, attempt);

    assertThat(of(provider, attempt)).isEmpty();
  }

  private static Optional<PodStats> of(Provider provider, PodAttempt attempt)
      throws ProviderException {
    return provider.stats().orElseThrow().stats().stream()
        .filter(s -> s.attempt().equals(attempt))
        .findFirst();
  }

  private static ContainerStats container(PodStats stats) {
    assertThat(stats.containers())
        .extracting(ContainerStats::name)
        .containsExactly(PodWorks.CONTAINER);
    return stats.containers().getFirst();
  }
}
