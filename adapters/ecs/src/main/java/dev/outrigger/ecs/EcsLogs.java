package dev.outrigger.ecs;

import dev.outrigger.aws.LogGroupReader;
import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.LogQuery;
import dev.outrigger.provider.LogSink;
import dev.outrigger.provider.LogSource;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.ProviderException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Container logs, from the stream that the awslogs driver names after prefix, container and task.
 */
final class EcsLogs implements LogSource {

  private final LogGroupReader reader;
  private final EcsTasks tasks;
  private final TaskIndex index;
  private final EcsConfig config;
  private final Clock clock;

  EcsLogs(LogGroupReader reader, EcsTasks tasks, TaskIndex index, EcsConfig config, Clock clock) {
    this.reader = reader;
    this.tasks = tasks;
    this.index = index;
    this.config = config;
    this.clock = clock;
  }

  @Override
  public void read(LogQuery query, LogSink sink)
      throws ProviderException, IOException, InterruptedException {
    TaskIndex.Entry entry = find(query.attempt());
    String container = query.container();
    if (entry.workload().containers().stream().noneMatch(c -> c.name().equals(container))) {
      throw new ProviderException.NotFound(
          query.attempt().key().namespacedName() + " has no container " + container);
    }
    String stream =
        config.logStreamPrefix() + "/" + container + "/" + EcsStatusMapper.taskId(entry.arn());
    if (!query.follow()) {
      Thread.sleep(unsettled(entry, container));
    }
    reader.read(
        new LogGroupReader.Range(
            config.logGroup(), stream, query.since(), query.tailHint().orElse(0)),
        query.follow(),
        () -> hasEnded(query.attempt(), container),
        sink);
  }

  /**
   * How long the last lines of a container that has just ended may still take, where a kubelet has
   * them all: whoever reads because it has ended wants them too.
   */
  private Duration unsettled(TaskIndex.Entry entry, String container) {
    Instant now = clock.instant();
    return entry.workload().containers().stream()
        .filter(c -> c.name().equals(container))
        .map(ContainerObservation::state)
        .flatMap(s -> s instanceof ContainerState.Terminated t ? Stream.of(t) : Stream.empty())
        .map(t -> config.logSettle().minus(Duration.between(t.finishedAt(), now)))
        .map(left -> left.isNegative() ? Duration.ZERO : left)
        .map(left -> left.compareTo(config.logSettle()) > 0 ? config.logSettle() : left)
        .findFirst()
        .orElse(Duration.ZERO);
  }

  private TaskIndex.Entry find(PodAttempt attempt) throws ProviderException {
    Optional<TaskIndex.Entry> known = index.find(attempt);
    if (known.isEmpty()) {
      tasks.refresh();
      known = index.find(attempt);
    }
    return known.orElseThrow(
        () ->
            new ProviderException.NotFound(
                "no task of " + attempt.key().namespacedName() + ", attempt " + attempt.number()));
  }

  /** Looks for itself: a log is followed even where nobody watches. */
  private boolean hasEnded(PodAttempt attempt, String container) {
    Optional<TaskIndex.Entry> entry = index.find(attempt);
    if (entry.isPresent() && !isTerminated(entry.get(), container)) {
      try {
        tasks.describe(List.of(entry.get().arn()));
      } catch (ProviderException e) {
        return false;
      }
      entry = index.find(attempt);
    }
    return entry.map(e -> isTerminated(e, container)).orElse(true);
  }

  private static boolean isTerminated(TaskIndex.Entry entry, String container) {
    return entry.workload().containers().stream()
        .filter(c -> c.name().equals(container))
        .allMatch(c -> c.state() instanceof ContainerState.Terminated);
  }
}
