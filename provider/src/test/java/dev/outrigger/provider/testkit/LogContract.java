package dev.outrigger.provider.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.LogQuery;
import dev.outrigger.provider.LogSource;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What {@link LogSource} promises. Skipped by providers without logs. */
abstract class LogContract extends ContractFixture {

  @Test
  void logsComeOldestFirstAndCatchUpOnce() throws Exception {
    Provider provider = open();
    LogSource logs = logsOf(provider);
    PodAttempt attempt = printed(provider, "one", "two", "three");

    RecordingLog log = awaitLines(logs, attempt, List.of("one", "two", "three"));

    assertThat(log.timesCaughtUp()).isEqualTo(1);
    assertThat(log.lines()).isSortedAccordingTo((a, b) -> a.time().compareTo(b.time()));
    assertThat(log.lines()).allMatch(LogLine::terminated);
  }

  @Test
  void logsWithATailHintEndWithTheLastLines() throws Exception {
    Provider provider = open();
    LogSource logs = logsOf(provider);
    PodAttempt attempt = printed(provider, "one", "two", "three", "four");
    awaitLines(logs, attempt, List.of("one", "two", "three", "four"));

    RecordingLog log = new RecordingLog();
    logs.read(query(attempt, Optional.empty(), OptionalInt.of(2), false), log);

    assertThat(own(log)).endsWith("three", "four");
  }

  @Test
  void logsSinceATimeLeaveOutOlderLinesOnly() throws Exception {
    Provider provider = open();
    LogSource logs = logsOf(provider);
    PodAttempt attempt = printed(provider, "one", "two", "three");
    RecordingLog all = awaitLines(logs, attempt, List.of("one", "two", "three"));
    Instant since = all.lines().getLast().time();

    RecordingLog log = new RecordingLog();
    logs.read(query(attempt, Optional.of(since), OptionalInt.empty(), false), log);
    RecordingLog later = new RecordingLog();
    var afterwards = Optional.of(since.plusSeconds(1));
    logs.read(query(attempt, afterwards, OptionalInt.empty(), false), later);

    long expected = all.lines().stream().filter(l -> !l.time().isBefore(since)).count();
    assertThat(log.lines()).hasSize((int) expected);
    assertThat(own(log)).endsWith("three");
    assertThat(later.lines()).isEmpty();
  }

  @Test
  void followedLogsGoOnUntilTheContainerHasEnded() throws Exception {
    Provider provider = open();
    LogSource logs = logsOf(provider);
    PodAttempt attempt = attempt("followed");
    provider.create(printAndSleep(attempt, "one", "two"));
    awaitRunning(provider, attempt);
    RecordingLog log = new RecordingLog();

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> reader =
          threads.submit(
              () -> {
                logs.read(query(attempt, Optional.empty(), OptionalInt.empty(), true), log);
                return null;
              });
      try {
        await().atMost(patience()).until(() -> own(log).equals(List.of("one", "two")));
        await().atMost(patience()).until(() -> log.timesCaughtUp() == 1);
        assertThat(reader.isDone()).isFalse();
        provider.delete(attempt.key(), Duration.ZERO);
        reader.get(patience().toMillis(), TimeUnit.MILLISECONDS);
      } finally {
        reader.cancel(true);
      }
    }
    assertThat(own(log)).containsExactly("one", "two");
    assertThat(log.timesCaughtUp()).isEqualTo(1);
  }

  @Test
  void logsOfAnUnknownContainerAreNotFound() throws Exception {
    Provider provider = open();
    LogSource logs = logsOf(provider);
    LogQuery query = query(attempt("unknown"), Optional.empty(), OptionalInt.empty(), false);

    assertThatThrownBy(() -> logs.read(query, new RecordingLog()))
        .isInstanceOf(ProviderException.NotFound.class);
  }

  private PodAttempt printed(Provider provider, String... lines) throws ProviderException {
    PodAttempt attempt = attempt("printing");
    provider.create(print(attempt, lines));
    awaitTerminated(provider, attempt);
    return attempt;
  }

  /** Some backends deliver a log a moment after the container's end. */
  private RecordingLog awaitLines(LogSource logs, PodAttempt attempt, List<String> lines) {
    return await()
        .atMost(patience())
        .ignoreExceptionsMatching(e -> e instanceof ProviderException.NotFound)
        .until(
            () -> {
              RecordingLog log = new RecordingLog();
              logs.read(query(attempt, Optional.empty(), OptionalInt.empty(), false), log);
              return log;
            },
            log -> own(log).equals(lines));
  }

  private List<String> own(RecordingLog log) {
    return log.texts().stream().filter(this::isOwnLine).toList();
  }

  private static LogSource logsOf(Provider provider) {
    Optional<LogSource> logs = provider.logs();
    assumeTrue(logs.isPresent(), "the backend has no logs");
    return logs.get();
  }

  private static LogQuery query(
      PodAttempt attempt, Optional<Instant> since, OptionalInt tail, boolean follow) {
    return new LogQuery(attempt, PodWorks.CONTAINER, since, tail, follow);
  }
}
