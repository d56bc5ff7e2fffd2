package dev.outrigger.simulator.compat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.outrigger.simulator.service.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A Python virtual environment with boto3 and MiniStack at fixed versions, made once under the
 * user's cache folder from the package index that pip is set up for.
 */
public final class PythonTools {
  private static final List<String> PACKAGES = List.of("boto3==1.43.106", "ministack==1.5.33");
  private static final int INSTALL_MINUTES = 5;
  private static final int SCRIPT_MINUTES = 2;

  private final Path folder;

  private PythonTools(Path folder) {
    this.folder = folder;
  }

  /** The environment; the first call on a machine takes half a minute. */
  public static synchronized PythonTools prepare() {
    Path cache =
        Path.of(
                System.getenv()
                    .getOrDefault("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache"))
            .resolve("outrigger");
    Path folder = cache.resolve("python-compat-" + Integer.toHexString(PACKAGES.hashCode()));
    try {
      Files.createDirectories(cache);
      Path lock = cache.resolve("python-compat.lock");
      try (FileChannel channel =
              FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          var held = channel.lock()) {
        if (!Files.exists(folder.resolve("ready")) && held.isValid()) {
          install(folder);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new PythonTools(folder);
  }

  private static void install(Path folder) throws IOException {
    run(List.of("python3", "-m", "venv", "--clear", folder.toString()), INSTALL_MINUTES);
    List<String> pip = new ArrayList<>(List.of(bin(folder, "pip"), "install", "--quiet"));
    pip.addAll(PACKAGES);
    run(pip, INSTALL_MINUTES);
    Files.createFile(folder.resolve("ready"));
  }

  private static String bin(Path folder, String name) {
    return folder.resolve("bin").resolve(name).toString();
  }

  /** Runs a script and returns what it printed; fails the test when it fails. */
  private String python(Path script, String... arguments) {
    List<String> command = new ArrayList<>(List.of(bin(folder, "python"), script.toString()));
    command.addAll(List.of(arguments));
    return run(command, SCRIPT_MINUTES);
  }

  /**
   * Runs a script that stands beside a test and prints one {@code {"call": …, "answer": …}} a line.
   *
   * @return the answers by call, in their order
   */
  public Map<String, JsonNode> play(Class<?> beside, String name, String... arguments) {
    try (InputStream in = Objects.requireNonNull(beside.getResourceAsStream(name), name)) {
      Path script = Files.createTempFile("script", ".py");
      Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
      Map<String, JsonNode> answers = new LinkedHashMap<>();
      python(script, arguments)
          .lines()
          .map(Json::parse)
          .forEach(line -> answers.put(line.path("call").asText(), line.path("answer")));
      Files.delete(script);
      return answers;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a program of the environment, on its own, with its output in a file. */
  public Process start(String program, Map<String, String> variables, Path output) {
    try {
      ProcessBuilder builder = new ProcessBuilder(bin(folder, program));
      builder.environment().putAll(variables);
      return builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String run(List<String> command, int minutes) {
    try {
      Path output = Files.createTempFile("python", ".out");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      process.getOutputStream().close();
      boolean ended = process.waitFor(minutes, TimeUnit.MINUTES);
      process.destroyForcibly();
      String text = Files.readString(output, StandardCharsets.UTF_8);
      Files.delete(output);
      if (!ended || process.exitValue() != 0) {
        throw new AssertionError(
            "this test needs python3 with venv, and a package index for pip; failed: "
                + command
                + "\n"
                + text);
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
