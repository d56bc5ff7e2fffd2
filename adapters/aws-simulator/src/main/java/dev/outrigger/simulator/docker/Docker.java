package dev.outrigger.simulator.docker;

import dev.outrigger.simulator.process.Executables;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The {@code docker} command line. Calls block. */
public final class Docker {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final byte[] NO_INPUT = {};

  private final String program;

  private Docker(String program) {
    this.program = program;
  }

  /** The one on the PATH. */
  static Docker onPath() throws DockerException {
    String path = System.getenv().getOrDefault("PATH", "");
    return Executables.find("docker", path, Path.of(""))
        .map(file -> new Docker(file.toAbsolutePath().toString()))
        .orElseThrow(() -> new DockerException("there is no docker command on the PATH"));
  }

  /** The whole command line of a call, for who starts it himself. */
  public List<String> command(List<String> arguments) {
    List<String> whole = new ArrayList<>(List.of(program));
    whole.addAll(arguments);
    return whole;
  }

  /** What it printed, without blanks around. */
  public String run(String... arguments) throws DockerException {
    return run(LIMIT, List.of(arguments));
  }

  /** The same, in at most this time. */
  public String run(Duration limit, List<String> arguments) throws DockerException {
    return run(limit, new ProcessBuilder(command(arguments)), NO_INPUT);
  }

  /** The same with something to read. */
  String feed(byte[] input, List<String> arguments) throws DockerException {
    return run(LIMIT, new ProcessBuilder(command(arguments)), input);
  }

  /** The same of a call that {@link #command} prepared. */
  public String run(ProcessBuilder call) throws DockerException {
    return run(LIMIT, call, NO_INPUT);
  }

  private static String run(Duration limit, ProcessBuilder call, byte[] input)
      throws DockerException {
    Process process;
    try {
      process = call.start();
    } catch (IOException e) {
      throw new DockerException("docker cannot be started: " + e.getMessage());
    }
    CompletableFuture<String> output = drain(process.getInputStream());
    CompletableFuture<String> errors = drain(process.getErrorStream());
    try {
      feed(process, input);
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new DockerException("docker did not answer in " + limit.toSeconds() + " s");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new DockerException("interrupted");
    }
    if (process.exitValue() != 0) {
      throw new DockerException(words(errors.join()));
    }
    return output.join().strip();
  }

  private static void feed(Process process, byte[] input) {
    try (OutputStream to = process.getOutputStream()) {
      to.write(input);
    } catch (IOException e) {
      // It did not want it, and says itself why it failed.
      process.onExit().join();
    }
  }

  private static CompletableFuture<String> drain(InputStream from) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (from) {
            return new String(from.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        work -> Thread.ofVirtual().name("simulator-docker").start(work));
  }

  /** Without what the engine thinks of its kernel. */
  private static String words(String errors) {
    return errors
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("WARNING"))
        .collect(Collectors.joining(" "));
  }
}
