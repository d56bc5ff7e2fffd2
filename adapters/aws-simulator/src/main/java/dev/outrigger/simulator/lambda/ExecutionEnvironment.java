package dev.outrigger.simulator.lambda;

import dev.outrigger.simulator.journal.Journal;
import dev.outrigger.simulator.journal.JournalEntry;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process behind one Runtime API. Handles one invocation at a time, on the caller's thread;
 * once it is not {@link #isUsable usable}, it only waits to be closed.
 */
final class ExecutionEnvironment implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutionEnvironment.class);
  private static final Duration TICK = Duration.ofMillis(100);
  private static final long MB = 1 << 20;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final int MAX_RESPONSE = 6 * 1024 * 1024 + 100;

  /** Why waiting ended. */
  private enum Wake {
    DONE,
    EXITED,
    OUT_OF_MEMORY,
    TIMED_OUT
  }

  private final Function function;
  private final ProcessTree tree;
  private final RuntimeApi api;
  private final InvocationLog log;
  private final OutputTail output;
  private final Path folder;
  private final Journal journal;
  private final Clock clock;
  private final Limits limits;
  private final CompletableFuture<Process> exited;
  private final long born = System.nanoTime();
  private double initMillis = -1;
  private boolean first = true;
  private @Nullable InvocationResult initFailure;
  private volatile boolean broken;
  private long peak;

  /** What an environment is held to. */
  record Limits(Duration init, boolean memory) {}

  ExecutionEnvironment(
      Function function,
      ProcessTree tree,
      RuntimeApi api,
      InvocationLog log,
      Path folder,
      Journal journal,
      Clock clock,
      Limits limits) {
    this.function = function;
    this.tree = tree;
    this.api = api;
    this.log = log;
    this.folder = folder;
    this.journal = journal;
    this.clock = clock;
    this.limits = limits;
    this.output = new OutputTail(EnvironmentStarter.output(folder));
    this.exited = tree.process().onExit();
  }

  Function function() {
    return function;
  }

  boolean isUsable() {
    return !broken && tree.process().isAlive();
  }

  /** Runs one invocation to its end. Blocks for at most initialisation plus the time-out. */
  InvocationResult invoke(Invocation invocation) {
    boolean cold = first;
    first = false;
    InvocationResult failedInit = initFailure;
    log.start(invocation.requestId(), TraceIds.of(invocation));
    long begin = System.nanoTime();
    InvocationResult result = failedInit == null ? handle(invocation) : failedInit;
    double duration = (System.nanoTime() - begin) / NANOS_PER_MILLI;
    output.finish(log::line);
    switch (result.status()) {
      case "timeout" -> log.platformError(timeoutText(invocation));
      case "error" -> logPlatformError(invocation, result);
      default -> {}
    }
    broken |= failedInit != null;
    long usedMb = Math.min(function.settings().memory(), (peak + MB - 1) / MB);
    log.end(
        invocation.requestId(),
        result,
        new InvocationLog.Report(
            duration, cold ? initMillis : -1, usedMb, TraceIds.of(invocation)));
    return result.withLogTail(log.tail());
  }

  private void logPlatformError(Invocation invocation, InvocationResult result) {
    if (result.errorType().equals("Runtime.ExitError")
        || result.errorType().equals("Runtime.OutOfMemory")) {
      String reason = exitReason(result.errorType().equals("Runtime.OutOfMemory"));
      log.platformError("RequestId: " + invocation.requestId() + " Error: " + reason);
      log.platformError("Runtime.ExitError");
    }
  }

  /** Waits until the runtime asks for its first invocation; to be called once, before that. */
  void initialise(Invocation invocation) {
    initFailure = awaitReady(invocation);
  }

  private @Nullable InvocationResult awaitReady(Invocation invocation) {
    CompletableFuture<Optional<RuntimeApi.Answer.Failure>> ready = api.initialised();
    Wake wake = await(ready, born + limits.init().toNanos());
    output.poll(log::line);
    initMillis = (System.nanoTime() - born) / NANOS_PER_MILLI;
    return switch (wake) {
      case DONE -> ready.join().map(this::failed).orElse(null);
      case EXITED -> exit(invocation, false);
      case OUT_OF_MEMORY -> exit(invocation, true);
      case TIMED_OUT -> {
        broken = true;
        tree.kill();
        yield InvocationResult.timeout(timeoutText(invocation));
      }
    };
  }

  private InvocationResult handle(Invocation invocation) {
    Duration timeout = Duration.ofSeconds(function.settings().timeout());
    long deadline = System.nanoTime() + timeout.toNanos();
    Instant until = clock.instant().plus(timeout);
    RuntimeApi.Dispatch dispatch =
        api.dispatch(invocation, function.id().arn(), until.toEpochMilli());
    CompletableFuture<Void> recorded =
        dispatch.delivered().thenAccept(delivered -> recordStart(invocation));
    Wake wake = await(dispatch.answer(), deadline);
    InvocationResult result =
        switch (wake) {
          case DONE -> answered(dispatch.answer().join());
          case EXITED -> exit(invocation, false);
          case OUT_OF_MEMORY -> exit(invocation, true);
          case TIMED_OUT -> timedOut(invocation);
        };
    if (recorded.isDone()) {
      String reason = result.status().equals("timeout") ? "timeout" : result.errorType();
      journal.add(
          new JournalEntry.WorkloadStopped(
              clock.instant(), LambdaService.NAME, invocation.requestId(), reason));
    }
    return result;
  }

  private void recordStart(Invocation invocation) {
    journal.add(
        new JournalEntry.WorkloadStarted(
            clock.instant(),
            LambdaService.NAME,
            invocation.requestId(),
            function.id().name(),
            "",
            Map.of(
                "functionArn", function.id().arn(),
                "region", function.id().region(),
                "accessKeyId", invocation.accessKeyId(),
                "clientContext", invocation.clientContext(),
                "payloadSha256", CodeArchive.sha256Hex(invocation.payload()))));
  }

  private InvocationResult answered(RuntimeApi.Answer answer) {
    return switch (answer) {
      case RuntimeApi.Answer.Failure failure -> failed(failure);
      case RuntimeApi.Answer.Response(byte[] payload) when payload.length > MAX_RESPONSE ->
          InvocationResult.responseTooLarge(MAX_RESPONSE);
      case RuntimeApi.Answer.Response(byte[] payload) -> InvocationResult.success(payload);
    };
  }

  private InvocationResult failed(RuntimeApi.Answer.Failure failure) {
    String kind = failure.errorType().equals("Handled") ? "Handled" : InvocationResult.UNHANDLED;
    return new InvocationResult(kind, "", failure.errorType(), failure.payload(), new byte[0]);
  }

  private InvocationResult timedOut(Invocation invocation) {
    broken = true;
    tree.kill();
    return InvocationResult.timeout(timeoutText(invocation));
  }

  private String timeoutText(Invocation invocation) {
    return "%s %s Task timed out after %d.00 seconds"
        .formatted(log.now(), invocation.requestId(), function.settings().timeout());
  }

  private InvocationResult exit(Invocation invocation, boolean outOfMemory) {
    broken = true;
    tree.kill();
    return InvocationResult.exit(
        outOfMemory ? "Runtime.OutOfMemory" : "Runtime.ExitError",
        invocation.requestId(),
        exitReason(outOfMemory));
  }

  private String exitReason(boolean outOfMemory) {
    if (outOfMemory) {
      return "Runtime exited with error: signal: killed";
    }
    int code = tree.process().exitValue();
    return code == 0
        ? "Runtime exited without providing a reason"
        : "Runtime exited with error: " + ProcessTree.exitText(code);
  }

  private Wake await(CompletableFuture<?> goal, long deadline) {
    CompletableFuture<?> either = CompletableFuture.anyOf(goal, exited);
    while (true) {
      long left = deadline - System.nanoTime();
      pause(either, Math.min(TICK.toNanos(), Math.max(0, left)));
      output.poll(log::line);
      peak = Math.max(peak, tree.peakBytes());
      if (limits.memory() && peak > function.settings().memory() * MB) {
        return Wake.OUT_OF_MEMORY;
      }
      if (goal.isDone()) {
        return Wake.DONE;
      }
      if (exited.isDone()) {
        return Wake.EXITED;
      }
      if (left <= 0) {
        return Wake.TIMED_OUT;
      }
    }
  }

  private static void pause(CompletableFuture<?> event, long nanos) {
    try {
      event.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LambdaFaults.closing();
    }
  }

  /** Kills the process tree, also while an invocation runs, which then ends by an exit error. */
  void kill() {
    broken = true;
    tree.kill();
  }

  /** Kills the process tree and removes the folder; not while an invocation runs. Call it once. */
  @Override
  public void close() {
    broken = true;
    tree.end();
    api.close();
    output.close();
    try {
      CodeArchive.delete(folder);
    } catch (UncheckedIOException e) {
      // A descendant may write until the guard's kill reaches it; closing the simulator removes
      // all.
      LOG.atDebug().setCause(e).log("an environment's folder is left for later");
    }
  }
}
