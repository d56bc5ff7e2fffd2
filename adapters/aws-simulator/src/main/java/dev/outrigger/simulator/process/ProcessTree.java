package dev.outrigger.simulator.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A command on this host and all that it starts. It runs in a session and process group of its own
 * (where the host has {@code setsid}), with only the given environment and no standard input. What
 * is left of the tree when the command ends is killed.
 */
public final class ProcessTree {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessTree.class);
  private static final Duration DRAIN = Duration.ofSeconds(2);

  private final Process process;
  private final ProcessGuard guard;
  private final CompletableFuture<Integer> exit;

  private ProcessTree(Process process, ProcessGuard guard, Consumer<String> lines) {
    this.process = process;
    this.guard = guard;
    Thread out = pump(process.getInputStream(), lines, "stdout");
    Thread err = pump(process.getErrorStream(), lines, "stderr");
    this.exit = process.onExit().thenApplyAsync(ended -> finish(ended, out, err), this::onThread);
  }

  /**
   * Starts a command.
   *
   * @param environment the whole environment
   * @param lines gets each line of both outputs, one call at a time per output
   * @throws IOException when there is no such command or directory
   */
  public static ProcessTree start(
      ProcessGuard guard,
      List<String> command,
      Map<String, String> environment,
      Path directory,
      Consumer<String> lines)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    return new ProcessTree(guard.start(builder), guard, lines);
  }

  private void onThread(Runnable work) {
    Thread.ofVirtual().name("process-exit-" + process.pid()).start(work);
  }

  private Thread pump(InputStream output, Consumer<String> lines, String name) {
    return Thread.ofVirtual()
        .name("process-" + name + "-" + process.pid())
        .start(
            () -> {
              try (output) {
                OutputLines.read(output, lines);
              } catch (IOException e) {
                LOG.atDebug().setCause(e).log("a process output was closed");
              }
            });
  }

  /** Ends what the command left behind, so that the outputs end; then waits for their lines. */
  private int finish(Process ended, Thread out, Thread err) {
    guard.ended(ended.pid());
    try {
      out.join(DRAIN);
      err.join(DRAIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return ended.exitValue();
  }

  /**
   * The exit code once everything has ended and every line was delivered; 128 + n after signal n.
   */
  public CompletableFuture<Integer> exit() {
    return exit.copy();
  }

  /** Whether the command still runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** What the whole tree uses now. */
  public ProcessUsage usage() {
    return ProcessUsage.of(process.toHandle());
  }

  /** The command's process id. */
  public long pid() {
    return process.pid();
  }

  /**
   * Asks to end with SIGTERM (to the command itself, as a container's runtime does), and kills the
   * whole tree when the grace is over. Returns at once.
   */
  public void terminate(Duration grace) {
    process.toHandle().destroy();
    Thread.ofVirtual()
        .name("process-grace-" + process.pid())
        .start(
            () -> {
              try {
                if (!process.waitFor(grace)) {
                  kill();
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /** Kills the whole tree with SIGKILL. */
  public void kill() {
    try (Stream<ProcessHandle> descendants = process.descendants()) {
      descendants.forEach(ProcessHandle::destroyForcibly);
    }
    guard.kill(process.pid());
    process.destroyForcibly();
  }
}
