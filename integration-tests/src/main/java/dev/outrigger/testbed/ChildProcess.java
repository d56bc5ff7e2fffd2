package dev.outrigger.testbed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A process that does not outlive this JVM: it ends by {@link #close}, by a shutdown hook, or, when
 * the JVM is killed, by the kernel's parent-death signal ({@code setpriv}) or a small watchdog
 * shell where there is no setpriv.
 */
public final class ChildProcess implements AutoCloseable {
  private static final Set<ChildProcess> RUNNING = ConcurrentHashMap.newKeySet();

  /**
   * INVARIANT: every child is started by this one thread, which never ends: Linux sends the
   * parent-death signal when the <em>thread</em> that started the child ends.
   */
  private static final ExecutorService STARTER =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("child-process-starter").factory());

  private static final List<String> WRAPPER = wrapper();

  static {
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform().name("child-process-reaper").unstarted(ChildProcess::killAll));
  }

  private final String name;
  private final Process process;

  private ChildProcess(String name, Process process) {
    this.name = name;
    this.process = process;
  }

  /** Starts what {@code builder} describes. */
  public static ChildProcess start(String name, ProcessBuilder builder) {
    List<String> command = new ArrayList<>(WRAPPER);
    command.addAll(builder.command());
    builder.command(command);
    Future<Process> started = STARTER.submit(builder::start);
    try {
      ChildProcess child = new ChildProcess(name, started.get());
      RUNNING.add(child);
      return child;
    } catch (ExecutionException e) {
      throw new TestbedException("cannot start " + name, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TestbedException("interrupted while starting " + name, e);
    }
  }

  /** Starts a server whose output goes to {@code log}, which is appended to. */
  public static ChildProcess startLogging(String name, Path log, List<String> command) {
    return startLogging(name, log, new ProcessBuilder(command));
  }

  static ChildProcess startLogging(String name, Path log, ProcessBuilder builder) {
    return start(
        name,
        builder
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())));
  }

  @Override
  public String toString() {
    return name + " (" + process.pid() + ")";
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** The exit code, if it has ended. */
  public Optional<Integer> exitCode() {
    return process.isAlive() ? Optional.empty() : Optional.of(process.exitValue());
  }

  /** Done when it has ended. */
  CompletableFuture<?> onExit() {
    return process.onExit();
  }

  /** Its standard output as lines. */
  public BufferedReader output() {
    return process.inputReader();
  }

  BufferedReader errors() {
    return process.errorReader();
  }

  void feed(String input) {
    try (var in = process.outputWriter()) {
      in.write(input);
    } catch (IOException e) {
      // The process may end without reading what it is given; its exit code tells the story.
      if (process.isAlive()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Waits for its end. */
  public int awaitExit(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        kill();
        throw new TestbedException(name + " did not end within " + limit);
      }
      RUNNING.remove(this);
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      kill();
      throw new TestbedException("interrupted while waiting for " + name, e);
    }
  }

  /** Asks it to end (SIGTERM); kills it when it has not ended after {@code grace}. */
  public void stop(Duration grace) {
    List<ProcessHandle> family = process.descendants().toList();
    process.destroy();
    try {
      process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    family.forEach(ProcessHandle::destroyForcibly);
    kill();
  }

  /** Kills it and its descendants at once (SIGKILL) and waits until it is gone. */
  public void kill() {
    // Those of an ended process are no longer its: looking for them reads all of /proc.
    if (process.isAlive()) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
    }
    killAlone();
  }

  /** Kills it at once (SIGKILL), not its descendants, and waits until it is gone. */
  public void killAlone() {
    process.destroyForcibly();
    process.onExit().orTimeout(5, TimeUnit.SECONDS).exceptionally(e -> process).join();
    RUNNING.remove(this);
  }

  /** Kills it, if it still runs. */
  @Override
  public void close() {
    kill();
  }

  private static void killAll() {
    RUNNING.forEach(ChildProcess::kill);
  }

  private static List<String> wrapper() {
    Path setpriv = Path.of("/usr/bin/setpriv");
    if (Files.isExecutable(setpriv)) {
      return List.of(setpriv.toString(), "--pdeathsig", "KILL");
    }
    String watchdog =
        "parent=$1; shift; \"$@\" <&3 & child=$!; trap 'kill $child 2>/dev/null' TERM INT;"
            + " (while kill -0 $parent 2>/dev/null && kill -0 $child 2>/dev/null; do sleep 1; done;"
            + " kill -9 $child 2>/dev/null) >/dev/null 2>&1 &"
            + " wait $child; code=$?; kill -0 $child 2>/dev/null && wait $child && code=$?;"
            + " exit $code";
    return List.of(
        "/bin/sh",
        "-c",
        "exec 3<&0; " + watchdog,
        "watchdog",
        Long.toString(ProcessHandle.current().pid()));
  }
}
