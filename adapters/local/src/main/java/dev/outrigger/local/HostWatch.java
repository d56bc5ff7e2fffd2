package dev.outrigger.local;

import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.StatusSink;
import dev.outrigger.provider.Subscription;
import dev.outrigger.provider.Workload;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the store again and again and tells one sink what has changed. */
final class HostWatch implements Subscription {

  private static final Logger log = LoggerFactory.getLogger(HostWatch.class);

  private final HostStore store;
  private final StatusSink sink;
  private final Duration poll;
  private final Runnable onClose;
  private final Semaphore nudges = new Semaphore(0);
  private final Thread thread;
  private volatile boolean closed;

  /** Only touched by the thread. */
  private Map<PodAttempt, Workload> last = new HashMap<>();

  private HostWatch(HostStore store, StatusSink sink, Duration poll, Runnable onClose) {
    this.store = store;
    this.sink = sink;
    this.poll = poll;
    this.onClose = onClose;
    this.thread = Thread.ofVirtual().name("local-watch").unstarted(this::run);
  }

  static HostWatch start(HostStore store, StatusSink sink, Duration poll, Runnable onClose) {
    HostWatch watch = new HostWatch(store, sink, poll, onClose);
    watch.thread.start();
    return watch;
  }

  /** Looks again now, instead of at the next turn. */
  void nudge() {
    nudges.release();
  }

  private void run() {
    while (!closed) {
      try {
        report();
        if (nudges.tryAcquire(poll.toMillis(), TimeUnit.MILLISECONDS)) {
          nudges.drainPermits();
        }
      } catch (IOException | RuntimeException e) {
        log.atWarn().setCause(e).log("cannot read the state of the processes; trying again");
        pause();
      } catch (InterruptedException e) {
        return; // only close interrupts
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(poll.multipliedBy(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void report() throws IOException {
    Map<PodAttempt, Workload> now = new HashMap<>();
    for (Workload workload : store.scan()) {
      now.put(workload.attempt(), workload);
    }
    now.forEach(
        (attempt, workload) -> {
          if (!closed && !workload.equals(last.get(attempt))) {
            sink.observed(workload);
          }
        });
    last.keySet().stream().filter(a -> !closed && !now.containsKey(a)).forEach(sink::gone);
    last = now;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    onClose.run();
    if (Thread.currentThread().equals(thread)) {
      return;
    }
    try {
      thread.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
