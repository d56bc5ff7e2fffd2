package dev.outrigger.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A process of this host, told from a later one with the same pid by its start time.
 *
 * @param startTicks field 22 of {@code /proc/<pid>/stat} (proc(5)): ticks since boot
 */
record HostProcess(long pid, long startTicks) {

  private static final int STATE = 0;
  private static final int START_TICKS = 19;

  /** Reads {@code "pid<separator>start"}, as the supervisor writes it. */
  static Optional<HostProcess> parse(String text, String separator) {
    String[] parts = text.strip().split(separator);
    try {
      return parts.length == 2
          ? Optional.of(new HostProcess(Long.parseLong(parts[0]), Long.parseLong(parts[1])))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The process that has this pid now. */
  static Optional<HostProcess> of(long pid) {
    return fields(pid).map(f -> new HostProcess(pid, Long.parseLong(f.get(START_TICKS))));
  }

  /** Whether it runs; one that has ended but was not waited for (a zombie) does not. */
  boolean isAlive() {
    return fields(pid)
        .filter(f -> Long.parseLong(f.get(START_TICKS)) == startTicks)
        .filter(f -> !"ZX".contains(f.get(STATE)))
        .isPresent();
  }

  /** Its words, each ended by a NUL; empty when it has ended. */
  String commandLine() {
    try {
      return Files.readString(
          Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return ""; // no such process, or words in another charset
    }
  }

  /** Those after the name, which stands in parentheses and may hold anything. */
  private static Optional<List<String>> fields(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return Optional.of(
          Arrays.asList(stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ")));
    } catch (IOException e) {
      return Optional.empty(); // no such process
    }
  }
}
