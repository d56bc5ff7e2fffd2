package dev.outrigger.simulator.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a process and its descendants use, from {@code /proc} (proc(5)); nothing where there is
 * none.
 *
 * @param cpuNanos of those that live and of the children they have waited for: it sinks when one
 *     ends that nobody waits for
 * @param residentBytes the sum of their resident sets
 */
public record ProcessUsage(long cpuNanos, long residentBytes) {

  public static final ProcessUsage NONE = new ProcessUsage(0, 0);

  // Counted from the field after the name.
  private static final int USER_TIME = 11;
  private static final int CHILDREN_SYSTEM_TIME = 14;

  /** USER_HZ: 100 on every architecture that Java runs on. */
  private static final long NANOS_PER_TICK = Duration.ofSeconds(1).toNanos() / 100;

  static ProcessUsage of(ProcessHandle first) {
    try (Stream<ProcessHandle> descendants = first.descendants()) {
      return Stream.concat(Stream.of(first), descendants)
          .map(process -> ofOne(Path.of("/proc", Long.toString(process.pid()))))
          .reduce(NONE, ProcessUsage::plus);
    }
  }

  /** Of the process with this id and its descendants; nothing when there is none. */
  public static ProcessUsage of(long pid) {
    return ProcessHandle.of(pid).map(ProcessUsage::of).orElse(NONE);
  }

  private ProcessUsage plus(ProcessUsage other) {
    return new ProcessUsage(cpuNanos + other.cpuNanos, residentBytes + other.residentBytes);
  }

  private static ProcessUsage ofOne(Path folder) {
    String stat = read(folder.resolve("stat"));
    if (stat.isEmpty()) {
      return NONE;
    }
    List<String> fields =
        Arrays.asList(stat.substring(stat.lastIndexOf(')') + 2).strip().split(" "));
    long ticks =
        fields.subList(USER_TIME, CHILDREN_SYSTEM_TIME + 1).stream()
            .mapToLong(Long::parseLong)
            .sum();
    // Of the first thread alone, but exact: what an idle process used is no whole tick.
    String scheduled = read(folder.resolve("schedstat"));
    long exact = scheduled.isEmpty() ? 0 : Long.parseLong(scheduled.split(" ", 2)[0]);
    return new ProcessUsage(
        Math.max(ticks * NANOS_PER_TICK, exact), resident(read(folder.resolve("status"))));
  }

  private static long resident(String status) {
    return status
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(Arrays.asList(line.split("\\s+")).get(1)) << 10)
        .findFirst()
        .orElse(0);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return ""; // it has ended
    }
  }
}
