package dev.outrigger.testbed.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What the operating system says of a process. */
final class ProcessFigures {
  private ProcessFigures() {}

  /** User and system time since its start; to 10 ms. */
  static Duration cpu(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().totalCpuDuration())
        .orElse(Duration.ZERO);
  }

  /** Resident memory now; -1 where there is no /proc. */
  static long residentMebibytes(long pid) {
    return status(pid, "VmRSS:");
  }

  /** The most it ever was; -1 where there is no /proc. */
  static long peakMebibytes(long pid) {
    return status(pid, "VmHWM:");
  }

  private static long status(long pid, String field) {
    try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
      return lines
          .filter(line -> line.startsWith(field))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(-1);
    } catch (IOException e) {
      return -1;
    }
  }
}
