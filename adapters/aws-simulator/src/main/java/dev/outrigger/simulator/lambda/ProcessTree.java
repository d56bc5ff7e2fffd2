package dev.outrigger.simulator.lambda;

import dev.outrigger.simulator.process.ProcessGuard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process with its descendants; the guard ends it even when the simulator is killed. */
record ProcessTree(Process process, ProcessGuard guard) {
  private static final int LIMIT_SECONDS = 5;
  private static final long KB = 1024;

  static ProcessTree start(ProcessBuilder builder, ProcessGuard guard) throws IOException {
    Process process = guard.start(builder);
    process.getOutputStream().close();
    return new ProcessTree(process, guard);
  }

  /**
   * Kills all of it, on an interrupted thread too, and waits for the first to be gone. Idempotent.
   */
  void kill() {
    boolean interrupted = Thread.interrupted();
    try (Stream<ProcessHandle> descendants = process.descendants()) {
      List<ProcessHandle> all = descendants.toList();
      process.destroyForcibly();
      all.forEach(ProcessHandle::destroyForcibly);
      process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Kills, and forgets the group, with members that have lost their parent. Call it once. */
  void end() {
    kill();
    guard.ended(process.pid());
  }

  /** The most memory the first process ever had, or what the tree has now if that is more. */
  long peakBytes() {
    return Math.max(statusBytes(process.pid(), "VmHWM:"), residentBytes(process.pid()));
  }

  private static long residentBytes(long pid) {
    long sum = statusBytes(pid, "VmRSS:");
    String children = read(Path.of("/proc/" + pid + "/task/" + pid + "/children"));
    for (String child : children.strip().split(" ")) {
      if (!child.isEmpty()) {
        sum += residentBytes(Long.parseLong(child));
      }
    }
    return sum;
  }

  /** 0 where there is no /proc, or no such process. */
  private static long statusBytes(long pid, String field) {
    return read(Path.of("/proc/" + pid + "/status"))
        .lines()
        .filter(line -> line.startsWith(field))
        .mapToLong(line -> Long.parseLong(Arrays.asList(line.split("\\s+")).get(1)) * KB)
        .findFirst()
        .orElse(0);
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  /** How Go's os/exec, which runs Lambda's processes, words an exit. */
  static String exitText(int code) {
    return switch (code) {
      case 129 -> "signal: hangup";
      case 130 -> "signal: interrupt";
      case 131 -> "signal: quit";
      case 132 -> "signal: illegal instruction";
      case 134 -> "signal: aborted";
      case 135 -> "signal: bus error";
      case 136 -> "signal: floating point exception";
      case 137 -> "signal: killed";
      case 139 -> "signal: segmentation fault";
      case 141 -> "signal: broken pipe";
      case 143 -> "signal: terminated";
      default -> "exit status " + code;
    };
  }
}
