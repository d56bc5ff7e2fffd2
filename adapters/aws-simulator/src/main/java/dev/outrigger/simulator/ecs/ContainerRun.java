package dev.outrigger.simulator.ecs;

import dev.outrigger.simulator.image.Image;
import dev.outrigger.simulator.process.ProcessUsage;
import dev.outrigger.simulator.session.SessionTarget;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One container of a running task: waiting for others, running, or ended. Thread-safe. */
final class ContainerRun {
  /**
   * How a container ended.
   *
   * @param code the exit code, or null when it never ran
   * @param reason why it did not start, or null
   */
  record End(@Nullable Integer code, @Nullable String reason) {
    boolean isSuccess() {
      return code != null && code == 0;
    }
  }

  private final TaskPlan.Container container;
  private final Image image;
  private final Map<String, String> secrets;
  private final Clock clock;

  /** Completes when the process runs, or when it is known never to run. */
  private final CompletableFuture<Void> started = new CompletableFuture<>();

  private final CompletableFuture<End> ended = new CompletableFuture<>();

  /** Guarded by this. */
  private ContainerStarter.@Nullable Started process;

  /** Guarded by this. */
  private boolean stopping;

  ContainerRun(
      TaskPlan.Container container, Image image, Map<String, String> secrets, Clock clock) {
    this.container = container;
    this.image = image;
    this.secrets = Map.copyOf(secrets);
    this.clock = clock;
  }

  TaskPlan.Container container() {
    return container;
  }

  CompletableFuture<Void> started() {
    return started;
  }

  CompletableFuture<End> ended() {
    return ended;
  }

  /** Starts the process unless the task stops already; returns whether it runs. */
  synchronized boolean start(Task task, TaskPlan plan, ContainerStarter starter) {
    if (stopping) {
      fail(null);
      return false;
    }
    try {
      launch(() -> starter.start(task, plan, container, image, secrets));
      started.complete(null);
      return true;
    } catch (ContainerStarter.StartException e) {
      fail(e.text());
      return false;
    }
  }

  private interface Launch {
    ContainerStarter.Started start() throws ContainerStarter.StartException;
  }

  private synchronized void launch(Launch launch) throws ContainerStarter.StartException {
    ContainerStarter.Started running = launch.start();
    Instant since = clock.instant();
    process = running;
    var _ =
        running
            .process()
            .exit()
            .thenAccept(
                code -> {
                  if (!startsAgain(launch, since, code)) {
                    ended.complete(new End(code, null));
                  }
                });
  }

  /** It stays the same container: neither its end nor its start is shown. */
  private synchronized boolean startsAgain(Launch launch, Instant since, int code) {
    Duration ran = Duration.between(since, clock.instant());
    if (stopping || !container.restarts(code, ran)) {
      return false;
    }
    try {
      launch(launch);
      return true;
    } catch (ContainerStarter.StartException e) {
      return false;
    }
  }

  /** From now on it is not started, for the first time or again. */
  synchronized void retire() {
    stopping = true;
    if (process == null) {
      fail(null);
    }
  }

  /** What a session in it is given, while it runs. */
  synchronized Optional<SessionTarget> target(String address) {
    return process == null || ended.isDone()
        ? Optional.empty()
        : Optional.of(
            new SessionTarget(
                process.environment(), process.directory(), List.of("127.0.0.1", address), ended));
  }

  /** What its processes use, while it runs. */
  synchronized Optional<ProcessUsage> usage() {
    return process == null || ended.isDone()
        ? Optional.empty()
        : Optional.of(process.process().usage());
  }

  /** Ends a container that never ran. */
  void fail(@Nullable String reason) {
    ended.complete(new End(null, reason));
    started.complete(null);
  }

  /** SIGTERM, then SIGKILL when the container's stop timeout is over. Returns at once. */
  void stop() {
    stop(container.stopTimeout());
  }

  /** Kills at once. */
  void kill() {
    stop(Duration.ZERO);
  }

  private synchronized void stop(Duration grace) {
    stopping = true;
    if (process == null) {
      fail(null);
    } else if (grace.isZero()) {
      process.process().kill();
    } else {
      process.process().terminate(grace);
    }
  }
}
