package dev.outrigger.simulator.lambda;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The warm environments and the busy ones.
 *
 * <p>INVARIANT: an environment is in exactly one of idle and busy until it is closed; while it is
 * being closed it counts as busy. No process is started or killed under the lock.
 */
final class Environments implements AutoCloseable {
  private static final Duration REAP_EVERY = Duration.ofSeconds(1);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(15);

  private final Duration idleLimit;
  private final int maxIdle;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition noneBusy = lock.newCondition();

  /** By function key, newest last; guarded by lock. */
  private final Map<String, Deque<Idle>> idle = new HashMap<>();

  /** Guarded by lock. */
  private final Set<ExecutionEnvironment> busy = new HashSet<>();

  /** Guarded by lock. */
  private boolean closed;

  private final Thread reaper;

  private record Idle(ExecutionEnvironment environment, long since) {}

  Environments(Duration idleLimit, int maxIdle) {
    this.idleLimit = idleLimit;
    this.maxIdle = maxIdle;
    this.reaper = Thread.ofVirtual().name("lambda-environment-reaper").start(this::reapForever);
  }

  /** A warm environment of exactly this revision, which is then busy. */
  Optional<ExecutionEnvironment> takeWarm(Function function) {
    List<ExecutionEnvironment> stale = new ArrayList<>();
    try {
      return takeWarm(function, stale);
    } finally {
      stale.forEach(this::end);
    }
  }

  private Optional<ExecutionEnvironment> takeWarm(
      Function function, List<ExecutionEnvironment> stale) {
    lock.lock();
    try {
      Deque<Idle> candidates = idle.getOrDefault(function.id().key(), new ArrayDeque<>());
      while (!candidates.isEmpty()) {
        ExecutionEnvironment candidate = candidates.removeLast().environment();
        if (candidate.isUsable() && candidate.function().revision().equals(function.revision())) {
          busy.add(candidate);
          return Optional.of(candidate);
        }
        busy.add(candidate);
        stale.add(candidate);
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Takes in a fresh environment as busy. When this is closed, it is killed at once. */
  void addBusy(ExecutionEnvironment environment) {
    boolean tooLate;
    lock.lock();
    try {
      busy.add(environment);
      tooLate = closed;
    } finally {
      lock.unlock();
    }
    if (tooLate) {
      environment.kill();
    }
  }

  /** After an invocation: keeps the environment warm, or closes it. */
  void release(ExecutionEnvironment environment, boolean wanted) {
    boolean keep = wanted && environment.isUsable();
    lock.lock();
    try {
      keep &= !closed;
      if (keep) {
        busy.remove(environment);
        idle.computeIfAbsent(environment.function().id().key(), key -> new ArrayDeque<>())
            .addLast(new Idle(environment, System.nanoTime()));
      }
    } finally {
      lock.unlock();
    }
    if (!keep) {
      end(environment);
    }
  }

  /** Closes a busy environment, then forgets it. */
  private void end(ExecutionEnvironment environment) {
    try {
      environment.close();
    } finally {
      forget(environment);
    }
  }

  private void forget(ExecutionEnvironment environment) {
    lock.lock();
    try {
      busy.remove(environment);
      if (busy.isEmpty()) {
        noneBusy.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Closes a function's warm environments. */
  void retire(FunctionId id) {
    Deque<Idle> retired;
    lock.lock();
    try {
      retired = idle.getOrDefault(id.key(), new ArrayDeque<>());
      idle.remove(id.key());
      retired.forEach(each -> busy.add(each.environment()));
    } finally {
      lock.unlock();
    }
    retired.forEach(each -> end(each.environment()));
  }

  private void reapForever() {
    try {
      while (true) {
        Thread.sleep(REAP_EVERY);
        reap(System.nanoTime() - idleLimit.toNanos()).forEach(this::end);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<ExecutionEnvironment> reap(long before) {
    List<ExecutionEnvironment> old = new ArrayList<>();
    lock.lock();
    try {
      int excess = idle.values().stream().mapToInt(Deque::size).sum() - maxIdle;
      for (Deque<Idle> each : idle.values()) {
        Iterator<Idle> oldest = each.iterator();
        while (oldest.hasNext()) {
          Idle candidate = oldest.next();
          if (excess <= 0 && candidate.since() - before > 0) {
            break;
          }
          oldest.remove();
          old.add(candidate.environment());
          excess--;
        }
      }
      idle.values().removeIf(Deque::isEmpty);
      busy.addAll(old);
    } finally {
      lock.unlock();
    }
    return old;
  }

  /** Kills everything and waits until what was busy has ended. Idempotent. */
  @Override
  public void close() {
    reaper.interrupt();
    List<ExecutionEnvironment> warm = new ArrayList<>();
    List<ExecutionEnvironment> running;
    lock.lock();
    try {
      closed = true;
      idle.values().forEach(each -> each.forEach(one -> warm.add(one.environment())));
      idle.clear();
      running = List.copyOf(busy);
      busy.addAll(warm);
    } finally {
      lock.unlock();
    }
    running.forEach(ExecutionEnvironment::kill);
    warm.forEach(this::end);
    awaitNoneBusy();
  }

  private void awaitNoneBusy() {
    long left = CLOSE_LIMIT.toNanos();
    lock.lock();
    try {
      while (!busy.isEmpty() && left > 0) {
        left = noneBusy.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** How many processes there are; for tests. */
  int size() {
    lock.lock();
    try {
      return busy.size() + idle.values().stream().mapToInt(Deque::size).sum();
    } finally {
      lock.unlock();
    }
  }
}
