package dev.outrigger.local;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** All processes of this host at one moment, from {@code /proc/<pid>/stat} (proc(5)). */
final class ProcessTable {

  // Counted from the field after the name.
  private static final int PARENT = 1;
  private static final int SESSION = 3;
  private static final int USER_TIME = 11;
  private static final int CHILDREN_SYSTEM_TIME = 14;
  private static final int START_TICKS = 19;

  /** USER_HZ: 100 on every architecture that Java runs on. */
  private static final long NANOS_PER_TICK = Duration.ofSeconds(1).toNanos() / 100;

  private final Map<Long, Row> rows = new LinkedHashMap<>();
  private final Map<Long, List<Row>> byParent = new HashMap<>();
  private final Map<Long, List<Row>> bySession = new HashMap<>();

  private ProcessTable() {}

  /**
   * @param cpuNanos its own and that of the children it has waited for
   */
  record Row(HostProcess process, long parent, long session, long cpuNanos) {}

  /**
   * @param residentBytes its part of the memory, pages shared with others in equal parts (PSS)
   * @param anonymousBytes the part of that which no file backs
   */
  record Memory(long residentBytes, long anonymousBytes) {}

  static ProcessTable read() throws IOException {
    ProcessTable table = new ProcessTable();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path entry : entries) {
        row(entry).ifPresent(table::add);
      }
    }
    return table;
  }

  /**
   * The processes that belong to these: themselves, what they and their descendants have started,
   * and what is in their sessions although its parent has gone.
   */
  List<Row> belongingTo(Collection<HostProcess> leaders) {
    Map<Long, Row> found = new LinkedHashMap<>();
    Deque<Row> open = new ArrayDeque<>();
    for (HostProcess leader : leaders) {
      Row row = rows.get(leader.pid());
      if (row == null || row.process.equals(leader)) {
        open.addAll(bySession.getOrDefault(leader.pid(), List.of()));
        Optional.ofNullable(row).ifPresent(open::add);
      }
    }
    while (!open.isEmpty()) {
      Row row = open.pop();
      if (found.putIfAbsent(row.process.pid(), row) == null) {
        open.addAll(byParent.getOrDefault(row.process.pid(), List.of()));
      }
    }
    return List.copyOf(found.values());
  }

  /** Empty when the process has ended, or is not ours to look at. */
  static Optional<Memory> memory(HostProcess process) {
    Path file = Path.of("/proc", Long.toString(process.pid()), "smaps_rollup");
    try {
      List<String> lines = Files.readAllLines(file);
      OptionalLong resident = kilobytes(lines, "Pss:");
      OptionalLong anonymous = kilobytes(lines, "Pss_Anon:");
      return resident.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new Memory(resident.getAsLong() << 10, anonymous.orElse(resident.getAsLong()) << 10));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static OptionalLong kilobytes(List<String> lines, String name) {
    return lines.stream()
        .filter(l -> l.startsWith(name))
        .mapToLong(l -> Long.parseLong(l.substring(name.length()).replace("kB", "").strip()))
        .findFirst();
  }

  private void add(Row row) {
    rows.put(row.process.pid(), row);
    byParent.computeIfAbsent(row.parent, p -> new ArrayList<>()).add(row);
    bySession.computeIfAbsent(row.session, s -> new ArrayList<>()).add(row);
  }

  private static Optional<Row> row(Path entry) {
    try {
      String stat = Files.readString(entry.resolve("stat"));
      int nameEnd = stat.lastIndexOf(')');
      List<String> fields = Arrays.asList(stat.substring(nameEnd + 2).strip().split(" "));
      long pid = Long.parseLong(entry.getFileName().toString());
      long ticks = 0;
      for (int i = USER_TIME; i <= CHILDREN_SYSTEM_TIME; i++) {
        ticks += Long.parseLong(fields.get(i));
      }
      long nanos = Math.max(ticks * NANOS_PER_TICK, scheduledNanos(entry));
      return Optional.of(
          new Row(
              new HostProcess(pid, Long.parseLong(fields.get(START_TICKS))),
              Long.parseLong(fields.get(PARENT)),
              Long.parseLong(fields.get(SESSION)),
              nanos));
    } catch (IOException e) {
      return Optional.empty(); // it has ended meanwhile
    }
  }

  /** Of its first thread alone, but exact: what a short or idle process used is no whole tick. */
  private static long scheduledNanos(Path entry) {
    try {
      String schedstat = Files.readString(entry.resolve("schedstat"));
      return Long.parseLong(schedstat.substring(0, schedstat.indexOf(' ')));
    } catch (IOException e) {
      return 0; // a kernel without it, or the process has ended
    }
  }
}
