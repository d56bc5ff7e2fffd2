package dev.outrigger.simulator.lambda;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

/**
 * The interpreters on this machine, found once each. A version manager's shim is seen through: the
 * program itself starts many times faster.
 */
final class Interpreters {
  private static final int LIMIT_SECONDS = 10;

  private final ConcurrentMap<String, Optional<String>> found = new ConcurrentHashMap<>();

  /** The Python for a runtime such as {@code python3.12}, or else any Python 3. */
  Optional<String> python(String runtime) {
    String print = "import sys; print(sys.executable)";
    return first(List.of(runtime, "python3"), "-c", print);
  }

  /** Node, whatever its version. */
  Optional<String> node() {
    return first(List.of("node", "nodejs"), "-p", "process.execPath");
  }

  private Optional<String> first(List<String> names, String flag, String script) {
    return names.stream()
        .map(name -> found.computeIfAbsent(name + " " + script, key -> ask(name, flag, script)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> ask(String... command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Optional.empty();
      }
      String answer =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.exitValue() == 0 && !answer.isEmpty() ? Optional.of(answer) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
