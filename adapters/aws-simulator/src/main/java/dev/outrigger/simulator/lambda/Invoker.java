package dev.outrigger.simulator.lambda;

import dev.outrigger.simulator.service.AwsFault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;

/** Runs invocations in environments. Thread-safe. */
final class Invoker implements AutoCloseable {
  private final FunctionStore store;
  private final TaskImages images;
  private final LaunchPlanner planner;
  private final EnvironmentStarter starter;
  private final Environments environments;
  private final ConcurrencyLimits limits;
  private final Path codeFolder;

  /**
   * As many cold starts at once as this machine can take: each is as quick as it would be alone, so
   * that a burst does not run into the limit of initialisation.
   */
  private final Semaphore starting =
      new Semaphore(2 * Runtime.getRuntime().availableProcessors(), true);

  /** Unpacked packages by hash. */
  private final ConcurrentMap<String, Path> unpacked = new ConcurrentHashMap<>();

  Invoker(
      FunctionStore store,
      TaskImages images,
      LaunchPlanner planner,
      EnvironmentStarter starter,
      Environments environments,
      ConcurrencyLimits limits,
      Path codeFolder) {
    this.store = store;
    this.images = images;
    this.planner = planner;
    this.starter = starter;
    this.environments = environments;
    this.limits = limits;
    this.codeFolder = codeFolder;
  }

  /**
   * Runs one invocation to its end; blocks.
   *
   * @throws AwsFault TooManyRequestsException over the concurrency
   */
  InvocationResult invoke(Function function, Invocation invocation) {
    limits.enter(function);
    try {
      return run(function, invocation);
    } finally {
      limits.leave(function);
    }
  }

  private InvocationResult run(Function function, Invocation invocation) {
    Optional<ExecutionEnvironment> warm = environments.takeWarm(function);
    if (warm.isPresent()) {
      return finish(warm.get(), invocation);
    }
    return switch (plan(function)) {
      case Launch.Impossible impossible -> refuse(function, invocation, impossible);
      case Launch.Run launch -> finish(start(function, launch, invocation), invocation);
    };
  }

  private InvocationResult finish(ExecutionEnvironment environment, Invocation invocation) {
    try {
      return environment.invoke(invocation);
    } finally {
      environments.release(environment, isCurrent(environment.function()));
    }
  }

  private ExecutionEnvironment start(Function function, Launch.Run launch, Invocation invocation) {
    acquireStart();
    try {
      ExecutionEnvironment environment = starter.start(function, launch);
      environments.addBusy(environment);
      initialise(environment, invocation);
      return environment;
    } finally {
      starting.release();
    }
  }

  private void initialise(ExecutionEnvironment environment, Invocation invocation) {
    boolean done = false;
    try {
      environment.initialise(invocation);
      done = true;
    } finally {
      if (!done) {
        environments.release(environment, false);
      }
    }
  }

  private void acquireStart() {
    try {
      starting.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LambdaFaults.closing();
    }
  }

  private boolean isCurrent(Function function) {
    return store
        .find(function.id())
        .filter(now -> now.revision().equals(function.revision()))
        .isPresent();
  }

  private InvocationResult refuse(
      Function function, Invocation invocation, Launch.Impossible impossible) {
    InvocationResult result =
        InvocationResult.platform(
            impossible.errorType(), invocation.requestId(), impossible.message());
    InvocationLog log = starter.newLog(function);
    log.start(invocation.requestId(), TraceIds.of(invocation));
    log.platformError("RequestId: " + invocation.requestId() + " Error: " + impossible.message());
    log.end(
        invocation.requestId(),
        result,
        new InvocationLog.Report(0, -1, 0, TraceIds.of(invocation)));
    return result.withLogTail(log.tail());
  }

  private Launch plan(Function function) {
    String image = function.code().image();
    if (image == null) {
      return planner.zip(function.settings(), unpack(function));
    }
    return images
        .find(image)
        .map(source -> planner.image(function.settings().image(), source))
        .orElseGet(
            () ->
                new Launch.Impossible(
                    "Runtime.InvalidEntrypoint", "Source image " + image + " does not exist"));
  }

  private Path unpack(Function function) {
    String hash = CodeArchive.sha256Hex(store.code(function.id()));
    return unpacked.computeIfAbsent(
        hash,
        key -> {
          Path folder = codeFolder.resolve(key);
          if (!Files.exists(folder)) {
            CodeArchive.unpack(store.code(function.id()), folder);
          }
          return folder;
        });
  }

  /** The warm environments of an old revision are not used again. */
  void retire(FunctionId id) {
    environments.retire(id);
  }

  @Override
  public void close() {
    environments.close();
  }
}
