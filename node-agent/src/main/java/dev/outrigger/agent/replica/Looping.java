package dev.outrigger.agent.replica;

import dev.outrigger.provider.LogPace;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does something again and again on a thread of its own, whatever becomes of it: an API server that
 * is away is waited for.
 */
final class Looping implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Looping.class);

  private final String what;
  private final Runnable step;
  private final Duration pause;
  private final Duration retry;
  private final Clock steady;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread;
  private volatile Instant turned;
  private volatile boolean stopped;
  private final LogPace pace;

  Looping(String what, Runnable step, Duration pause, Duration retry, Clock steady) {
    this.what = what;
    this.step = step;
    this.pause = pause;
    this.retry = retry;
    this.steady = steady;
    this.turned = steady.instant();
    this.pace = new LogPace(steady);
    this.thread = Thread.ofVirtual().name("replica-" + what).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** When it last began. */
  Instant turned() {
    return turned;
  }

  private void run() {
    try {
      while (!stopped) {
        turned = steady.instant();
        Duration rest = once() ? pause : retry;
        if (wake.tryAcquire(rest.toMillis(), TimeUnit.MILLISECONDS)) {
          wake.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean once() {
    try {
      step.run();
      if (pace.over()) {
        LOG.atInfo().addKeyValue("what", what).log("the API server answers again");
      }
      return true;
    } catch (KubernetesClientException e) {
      // Of one conflict, another replica was faster, which is as it should be.
      if (e.getCode() != 409 && pace.isDue("code " + e.getCode())) {
        LOG.atWarn()
            .addKeyValue("what", what)
            .addKeyValue("error", e.getMessage())
            .log("the API server refuses or is away; trying again");
      }
      return false;
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).addKeyValue("what", what).log("failed; trying again");
      return false;
    }
  }

  /** Has it end, and waits until it has: a step that is under way is not interrupted. */
  @Override
  public void close() {
    stopped = true;
    wake.release();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
