package dev.outrigger.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.LogQuery;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Workload;
import dev.outrigger.provider.testkit.PodWorks;
import dev.outrigger.provider.testkit.RecordingLog;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Logs that CloudWatch has later than the end of their container. */
class EcsLogsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void whoReadsALogThatHasJustEndedGetsTheLinesThatAreStillOnTheirWay() throws Exception {
    try (SimulatedEcs ecs = new SimulatedEcs();
        EcsProvider provider = ecs.slowLogs("6s")) {
      PodAttempt attempt = PodWorks.newAttempt("late");
      provider.create(PodWorks.print(attempt, "early"));
      Workload ended =
          await()
              .atMost(PATIENCE)
              .until(
                  () -> find(provider, attempt), w -> w.filter(Workload::isTerminated).isPresent())
              .orElseThrow();

      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<List<String>> read = threads.submit(() -> read(provider, attempt));
        ecs.log(ended, PodWorks.CONTAINER, "late");

        assertThat(read.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
            .containsExactly("early", "late");
      }
    }
  }

  private static Optional<Workload> find(EcsProvider provider, PodAttempt attempt)
      throws Exception {
    return provider.list().stream().filter(w -> w.attempt().equals(attempt)).findFirst();
  }

  private static List<String> read(EcsProvider provider, PodAttempt attempt) throws Exception {
    RecordingLog log = new RecordingLog();
    var query =
        new LogQuery(attempt, PodWorks.CONTAINER, Optional.empty(), OptionalInt.empty(), false);
    provider.logs().orElseThrow().read(query, log);
    return log.texts();
  }
}
