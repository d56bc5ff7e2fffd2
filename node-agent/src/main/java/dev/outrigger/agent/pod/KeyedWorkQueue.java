package dev.outrigger.agent.pod;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A queue of keys after client-go's workqueue: a key that is added while it waits is handled once;
 * a key that is added while it is being handled is handled again afterwards; one key is never
 * handled by two workers at a time. Each key runs on a virtual thread, a bounded number at once.
 */
final class KeyedWorkQueue implements WorkQueue {

  private final Handler handler;
  private final ExecutorService workers;
  private final ScheduledThreadPoolExecutor timer;
  private final Semaphore slots;

  private final Object lock = new Object();
  // INVARIANT: a key in `running` has exactly one task; in `again` only if also in `running`.
  private final Set<String> running = new HashSet<>(); // guarded by lock
  private final Set<String> again = new HashSet<>(); // guarded by lock
  private final Map<String, Due> delayed = new HashMap<>(); // guarded by lock
  private boolean closed; // guarded by lock

  private record Due(long nanos, ScheduledFuture<?> future) {}

  KeyedWorkQueue(String name, int concurrency, Handler handler) {
    this.handler = handler;
    this.slots = new Semaphore(concurrency);
    this.workers =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name + "-worker-", 0).factory());
    this.timer =
        new ScheduledThreadPoolExecutor(1, Thread.ofVirtual().name(name + "-timer").factory());
    timer.setRemoveOnCancelPolicy(true);
  }

  @Override
  public void add(String key) {
    synchronized (lock) {
      if (closed) {
        return;
      }
      Due due = delayed.remove(key);
      if (due != null) {
        due.future.cancel(false);
      }
      if (!running.add(key)) {
        again.add(key);
        return;
      }
    }
    submit(key);
  }

  private void submit(String key) {
    try {
      workers.execute(() -> run(key));
    } catch (RejectedExecutionException e) {
      // Closed in between: nobody is owed anything any more.
      synchronized (lock) {
        running.remove(key);
      }
    }
  }

  @Override
  public void addAfter(String key, Duration delay) {
    if (delay.isZero() || delay.isNegative()) {
      add(key);
      return;
    }
    synchronized (lock) {
      if (closed) {
        return;
      }
      long at = System.nanoTime() + delay.toNanos();
      Due due = delayed.get(key);
      if (due != null && due.nanos - at <= 0) {
        return;
      }
      if (due != null) {
        due.future.cancel(false);
      }
      var future = timer.schedule(() -> add(key), delay.toNanos(), TimeUnit.NANOSECONDS);
      delayed.put(key, new Due(at, future));
    }
  }

  @Override
  public int depth() {
    synchronized (lock) {
      return running.size() + again.size();
    }
  }

  private void run(String key) {
    try {
      slots.acquire();
      try {
        handler.handle(key);
      } finally {
        slots.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      done(key);
    }
  }

  private void done(String key) {
    boolean repeat;
    synchronized (lock) {
      repeat = again.remove(key) && !closed;
      if (!repeat) {
        running.remove(key);
      }
    }
    if (repeat) {
      submit(key);
    }
  }

  /** Interrupts what is being handled and waits for it to end, at most 10 s. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
    }
    timer.shutdownNow();
    workers.shutdownNow();
    try {
      if (!workers.awaitTermination(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a worker did not end when interrupted");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
