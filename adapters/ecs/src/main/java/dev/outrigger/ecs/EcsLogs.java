package dev.outrigger.ecs;

import dev.outrigger.aws.LogGroupReader;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.LogQuery;
import dev.outrigger.provider.LogSink;
import dev.outrigger.provider.LogSource;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.ProviderException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Container logs, from the stream that the awslogs driver names after prefix, container and task.
 */
final class EcsLogs implements LogSource {

  private final LogGroupReader reader;
  private final EcsTasks tasks;
  private final TaskIndex index;
  private final EcsConfig config;

  EcsLogs(LogGroupReader reader, EcsTasks tasks, TaskIndex index, EcsConfig config) {
    this.reader = reader;
    this.tasks = tasks;
    this.index = index;
    this.config = config;
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
    reader.read(
        new LogGroupReader.Range(
            config.logGroup(), stream, query.since(), query.tailHint().orElse(0)),
        query.follow(),
        () -> hasEnded(query.attempt(), container),
        sink);
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
