package dev.outrigger.simulator.ecs;

import dev.outrigger.simulator.process.ProcessUsage;
import dev.outrigger.simulator.session.SessionTarget;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One container of a running task: waiting for others, running, or ended. Thread-safe. */
final class ContainerRun {
  /** Starts the container, for the first time or again. May block. */
  interface Launch {
    RunningContainer start() throws StartException;
  }

  private final TaskPlan.Container container;
  private final Launch launch;
  private final Clock clock;

  /** Completes when it runs, or when it is known never to run. */
  private final CompletableFuture<Void> started = new CompletableFuture<>();

  private final CompletableFuture<ContainerEnd> ended = new CompletableFuture<>();

  /** Guarded by this. */
  private @Nullable RunningContainer running;

  /** Guarded by this. */
  private boolean stopping;

  ContainerRun(TaskPlan.Container container, Launch launch, Clock clock) {
    this.container = container;
    this.launch = launch;
    this.clock = clock;
  }

  TaskPlan.Container container() {
    return container;
  }

  CompletableFuture<Void> started() {
    return started;
  }

  CompletableFuture<ContainerEnd> ended() {
    return ended;
  }

  /** Starts it unless the task stops already; returns whether it runs. */
  synchronized boolean start() {
    if (stopping) {
      fail(null);
      return false;
    }
    try {
      launch();
      started.complete(null);
      return true;
    } catch (StartException e) {
      fail(e.text());
      return false;
    }
  }

  private synchronized void launch() throws StartException {
    RunningContainer fresh = fresh();
    Instant since = clock.instant();
    running = fresh;
    var _ =
        fresh
            .exit()
            .thenAccept(
                end -> {
                  if (!startsAgain(since, end)) {
                    ended.complete(end);
                  }
                });
  }

  /** The exception's own words may hold a variable's value. */
  private RunningContainer fresh() throws StartException {
    try {
      return launch.start();
    } catch (RuntimeException e) {
      throw new StartException("CannotStartContainerError: " + e.getClass().getSimpleName());
    }
  }

  /** It stays the same container: neither its end nor its start is shown. */
  private synchronized boolean startsAgain(Instant since, ContainerEnd end) {
    Duration ran = Duration.between(since, clock.instant());
    if (stopping || end.code() == null || !container.restarts(end.code(), ran)) {
      return false;
    }
    try {
      launch();
      return true;
    } catch (StartException e) {
      return false;
    }
  }

  /** From now on it is not started, for the first time or again. */
  synchronized void retire() {
    stopping = true;
    if (running == null) {
      fail(null);
    }
  }

  /** What a session in it is given, while it runs. */
  synchronized Optional<SessionTarget> target(List<String> addresses) {
    return running == null || ended.isDone()
        ? Optional.empty()
        : Optional.of(new SessionTarget(running.shell(), addresses, ended));
  }

  /** What its processes use, while it runs. */
  synchronized Optional<ProcessUsage> usage() {
    return running == null || ended.isDone() ? Optional.empty() : Optional.of(running.usage());
  }

  /** Ends a container that never ran. */
  void fail(@Nullable String reason) {
    ended.complete(new ContainerEnd(null, reason));
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
    if (running == null) {
      fail(null);
    } else if (grace.isZero()) {
      running.kill();
    } else {
      running.terminate(grace);
    }
  }
}
