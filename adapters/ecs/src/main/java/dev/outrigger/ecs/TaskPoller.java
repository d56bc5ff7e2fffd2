package dev.outrigger.ecs;

import dev.outrigger.provider.LogPace;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.StatusSink;
import dev.outrigger.provider.Subscription;
import dev.outrigger.provider.Workload;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the node's tasks: those that are changing often, all that run now and then, and the whole
 * list rarely, since only another process or a lost answer can add to it. Reports differences.
 *
 * <p>An error of one round is logged and the next round tries again: that is the retry layer.
 */
final class TaskPoller implements Subscription {

  private static final Logger LOG = LoggerFactory.getLogger(TaskPoller.class);
  private static final Duration RELIST = Duration.ofSeconds(30);

  /** Describes per second that one node allows itself at most: a quarter of the account's. */
  private static final int DESCRIBES_PER_SECOND = 5;

  private static final int BATCH = 100;

  private final EcsTasks tasks;
  private final TaskIndex index;
  private final EcsConfig config;
  private final StatusSink sink;
  private final Semaphore wakeUps = new Semaphore(0);
  private final Thread thread;
  private volatile boolean closed;
  private final LogPace troubles = new LogPace(Clock.systemUTC());

  /** Only the poller's thread touches these. */
  private final Map<PodAttempt, Workload> reported = new HashMap<>();

  private long listedAt;
  private long lookedAt;

  TaskPoller(EcsTasks tasks, TaskIndex index, EcsConfig config, StatusSink sink, String node) {
    this.tasks = tasks;
    this.index = index;
    this.config = config;
    this.sink = sink;
    this.thread = Thread.ofVirtual().name("ecs-poller-" + node).start(this::run);
  }

  /** Something has changed: report it now. */
  void wakeUp() {
    wakeUps.release();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive() && !Thread.currentThread().equals(thread)) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    boolean listed = false;
    while (!closed) {
      try {
        listed = look(listed);
        if (listed) {
          report();
        }
        pause();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.atError().setCause(e).log("A round of the ECS poller failed");
      }
    }
  }

  /** Returns whether the list was complete at least once. */
  private boolean look(boolean listed) throws InterruptedException {
    try {
      if (ask(listed)) {
        troubles.over();
      }
      return true;
    } catch (ProviderException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      failed(e);
      return listed;
    }
  }

  private void failed(ProviderException e) {
    String why = String.valueOf(e.getMessage());
    if (troubles.isDue(why)) {
      LOG.atWarn().addKeyValue("error", why).log("ECS could not be asked for its tasks");
    }
  }

  /** Returns whether there was anything to ask for. */
  private boolean ask(boolean listed) throws ProviderException {
    long now = System.nanoTime();
    if (!listed || now - listedAt >= RELIST.toNanos()) {
      tasks.refresh();
      listedAt = now;
      lookedAt = now;
      return true;
    }
    boolean all = now - lookedAt >= interval(config.steadyPollInterval(), index.live()).toNanos();
    List<String> arns = all ? index.live() : index.changing();
    tasks.describe(arns);
    lookedAt = all ? now : lookedAt;
    return !arns.isEmpty();
  }

  private void report() {
    Map<PodAttempt, Workload> now = index.snapshot();
    now.forEach(
        (attempt, workload) -> {
          if (!workload.equals(reported.put(attempt, workload))) {
            sink.observed(workload);
          }
        });
    List<PodAttempt> gone =
        reported.keySet().stream().filter(attempt -> !now.containsKey(attempt)).toList();
    gone.forEach(
        attempt -> {
          reported.remove(attempt);
          sink.gone(attempt);
        });
  }

  private void pause() throws InterruptedException {
    Duration pause = interval(config.pollInterval(), index.changing());
    if (wakeUps.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS)) {
      wakeUps.drainPermits();
    }
  }

  private static Duration interval(Duration least, List<String> arns) {
    long batches = (arns.size() + BATCH - 1L) / BATCH;
    Duration budget = Duration.ofSeconds(1).multipliedBy(batches).dividedBy(DESCRIBES_PER_SECOND);
    return budget.compareTo(least) > 0 ? budget : least;
  }
}
