package dev.outrigger.simulator.ecs;

import dev.outrigger.simulator.docker.Docker;
import dev.outrigger.simulator.docker.DockerException;
import dev.outrigger.simulator.process.OutputLines;
import dev.outrigger.simulator.process.ProcessGuard;
import dev.outrigger.simulator.process.ProcessUsage;
import dev.outrigger.simulator.session.ContainerShell;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A container of a Docker engine, which may be started again. Thread-safe. */
final class DockerContainer {
  private static final Logger LOG = LoggerFactory.getLogger(DockerContainer.class);
  private static final Duration FOR_EVER = Duration.ofDays(365);
  private static final String STATE = "{{.State.Running}} {{.State.ExitCode}} {{.State.OOMKilled}}";
  private static final int KILLED = 137;

  private final Docker docker;
  private final ProcessGuard guard;
  private final String id;
  private final Consumer<String> lines;

  /** Of earlier runs: the engine gives them again. Used by one run after the other. */
  private volatile long delivered;

  DockerContainer(Docker docker, ProcessGuard guard, String id, Consumer<String> lines) {
    this.docker = docker;
    this.guard = guard;
    this.id = id;
    this.lines = lines;
  }

  String id() {
    return id;
  }

  /** Returns when it runs; it may have ended by then. */
  RunningContainer start() throws DockerException {
    docker.run("start", id);
    CompletableFuture<ContainerEnd> exit =
        CompletableFuture.supplyAsync(this::follow, work -> onThread("run", work));
    return new Run(exit);
  }

  private void onThread(String what, Runnable work) {
    Thread.ofVirtual().name("simulator-container-" + what + "-" + id.substring(0, 12)).start(work);
  }

  private ContainerEnd follow() {
    try {
      deliver();
      return end();
    } catch (IOException e) {
      return new ContainerEnd(null, "the engine's command cannot be started: " + e.getMessage());
    } catch (DockerException e) {
      return new ContainerEnd(null, e.words());
    }
  }

  /** Both outputs in the order in which the engine got them, until the container ends. */
  private void deliver() throws IOException {
    Process logs =
        new ProcessBuilder(docker.command(List.of("logs", "--follow", id)))
            .redirectErrorStream(true)
            .start();
    guard.started(logs.pid());
    AtomicLong count = new AtomicLong();
    try (InputStream output = logs.getInputStream()) {
      OutputLines.read(
          output,
          line -> {
            if (count.incrementAndGet() > delivered) {
              lines.accept(line);
            }
          });
    } finally {
      delivered = Math.max(count.get(), delivered);
      logs.destroyForcibly();
      guard.ended(logs.pid());
    }
  }

  private ContainerEnd end() throws DockerException {
    String[] state = state();
    if (Boolean.parseBoolean(state[0])) {
      docker.run(FOR_EVER, List.of("wait", id));
      state = state();
    }
    int code = Integer.parseInt(state[1]);
    boolean outOfMemory = code == KILLED && Boolean.parseBoolean(state[2]);
    return new ContainerEnd(
        code, outOfMemory ? "OutOfMemoryError: Container killed due to memory usage" : null);
  }

  private String[] state() throws DockerException {
    return docker.run("inspect", "--format", STATE, id).split(" ");
  }

  /** From a start to its end. */
  private final class Run implements RunningContainer {
    private final CompletableFuture<ContainerEnd> exit;

    Run(CompletableFuture<ContainerEnd> exit) {
      this.exit = exit;
    }

    @Override
    public CompletableFuture<ContainerEnd> exit() {
      return exit.copy();
    }

    @Override
    public void terminate(Duration grace) {
      later(
          "stop",
          grace.plusMinutes(1),
          "stop",
          "--time",
          Long.toString(Math.max(1, grace.toSeconds())),
          id);
    }

    @Override
    public void kill() {
      later("kill", Duration.ofMinutes(1), "kill", id);
    }

    /** It may have ended by itself, which is as good. */
    private void later(String what, Duration limit, String... arguments) {
      onThread(
          what,
          () -> {
            try {
              docker.run(limit, List.of(arguments));
            } catch (DockerException e) {
              LOG.atDebug().addKeyValue("reason", e.words()).log("a container was not stopped");
            }
          });
    }

    @Override
    public ProcessUsage usage() {
      try {
        return ProcessUsage.of(
            Long.parseLong(docker.run("inspect", "--format", "{{.State.Pid}}", id)));
      } catch (DockerException e) {
        return ProcessUsage.NONE;
      }
    }

    @Override
    public ContainerShell shell() {
      return new DockerShell(docker, guard, id);
    }
  }
}
