package dev.outrigger.local;

import java.io.IOException;
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

  /** Whether it runs; one that has ended but was not waited for (a zombie) does not. */
  boolean isAlive() {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      // The name stands in parentheses and may hold anything, so count from the last one.
      List<String> fields =
          Arrays.asList(stat.substring(stat.lastIndexOf(')') + 2).strip().split(" "));
      return Long.parseLong(fields.get(START_TICKS)) == startTicks
          && !"ZX".contains(fields.get(STATE));
    } catch (IOException e) {
      return false; // no such process
    }
  }
}
