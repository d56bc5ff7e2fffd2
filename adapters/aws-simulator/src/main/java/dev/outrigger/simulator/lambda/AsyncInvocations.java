package dev.outrigger.simulator.lambda;

import dev.outrigger.simulator.service.AwsFault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue of Event invocations: an error is tried again after each of the given waits, throttling
 * until it passes. Held in memory only: what is queued is lost with the simulator.
 */
final class AsyncInvocations implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AsyncInvocations.class);
  private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);
  private static final Duration MAX_BACK_OFF = Duration.ofSeconds(30);

  private final FunctionStore store;
  private final Invoker invoker;
  private final List<Duration> retries;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("lambda-async-", 0).factory());

  AsyncInvocations(FunctionStore store, Invoker invoker, List<Duration> retries) {
    this.store = store;
    this.invoker = invoker;
    this.retries = List.copyOf(retries);
  }

  /** Queues an invocation; it keeps its request id over all attempts. */
  void submit(FunctionId id, Invocation invocation) {
    try {
      threads.execute(() -> run(id, invocation));
    } catch (RejectedExecutionException e) {
      throw LambdaFaults.closing();
    }
  }

  private void run(FunctionId id, Invocation invocation) {
    try {
      if (attempt(id, invocation)) {
        return;
      }
      for (Duration wait : retries) {
        Thread.sleep(wait);
        if (attempt(id, invocation)) {
          return;
        }
      }
      LOG.atInfo()
          .addKeyValue("function", id.name())
          .addKeyValue("requestId", invocation.requestId())
          .log("an asynchronous invocation failed for good");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.atWarn()
          .addKeyValue("function", id.name())
          .addKeyValue("requestId", invocation.requestId())
          .setCause(e)
          .log("an asynchronous invocation could not be run");
    }
  }

  /** True when there is nothing more to do. */
  private boolean attempt(FunctionId id, Invocation invocation) throws InterruptedException {
    Duration backOff = FIRST_BACK_OFF;
    while (true) {
      Optional<Function> function = store.find(id);
      if (function.isEmpty()) {
        return true;
      }
      try {
        return invoker.invoke(function.get(), invocation).isSuccess();
      } catch (AwsFault throttled) {
        Thread.sleep(backOff);
        backOff = backOff.multipliedBy(2);
        backOff = backOff.compareTo(MAX_BACK_OFF) > 0 ? MAX_BACK_OFF : backOff;
      }
    }
  }

  /** Ends the waiting; what runs is ended by closing the {@link Invoker}. */
  @Override
  public void close() {
    threads.shutdown();
    threads.shutdownNow();
  }
}
