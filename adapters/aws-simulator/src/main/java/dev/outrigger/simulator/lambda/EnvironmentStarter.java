package dev.outrigger.simulator.lambda;

import dev.outrigger.simulator.journal.Journal;
import dev.outrigger.simulator.process.ProcessGuard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Starts execution environments. */
final class EnvironmentStarter {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy/MM/dd").withZone(ZoneOffset.UTC);

  /** Above the function's memory: what an address space holds beside what is resident. */
  private static final long ADDRESS_HEADROOM_MB = 2048;

  private static final long KB_PER_MB = 1024;

  private final Path scratch;
  private final LogLines logs;
  private final Journal journal;
  private final Clock clock;
  private final ExecutionEnvironment.Limits limits;
  private final ProcessGuard guard;

  EnvironmentStarter(
      Path scratch,
      LogLines logs,
      Journal journal,
      Clock clock,
      ExecutionEnvironment.Limits limits,
      ProcessGuard guard) {
    this.scratch = scratch;
    this.logs = logs;
    this.journal = journal;
    this.clock = clock;
    this.limits = limits;
    this.guard = guard;
  }

  static Path output(Path folder) {
    return folder.resolve("output");
  }

  /** A log that starts a stream of its own. */
  InvocationLog newLog(Function function) {
    return new InvocationLog(function, newStream(), logs, clock);
  }

  private String newStream() {
    String id = UUID.randomUUID().toString().replace("-", "");
    return DAY.format(clock.instant()) + "/[$LATEST]" + id;
  }

  /**
   * Starts a process; it initialises itself while the first invocation waits.
   *
   * @throws UncheckedIOException when the machine cannot start it
   */
  ExecutionEnvironment start(Function function, Launch.Run launch) {
    String stream = newStream();
    String name = function.id().name() + "-" + stream.substring(stream.length() - 8);
    RuntimeApi api = new RuntimeApi(name);
    try {
      Path folder = Files.createTempDirectory(scratch, "environment");
      Path temp = Files.createDirectory(folder.resolve("tmp"));
      Path output = Files.createFile(output(folder));
      ProcessBuilder builder = new ProcessBuilder(command(function, launch));
      builder.directory(launch.directory().toFile());
      builder.environment().clear();
      builder
          .environment()
          .putAll(ProcessEnvironment.of(function, launch, stream, api.address(), temp));
      builder.redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
      InvocationLog log = new InvocationLog(function, stream, logs, clock);
      log.initStart();
      ProcessTree tree = ProcessTree.start(builder, guard);
      return new ExecutionEnvironment(function, tree, api, log, folder, journal, clock, limits);
    } catch (IOException e) {
      api.close();
      throw new UncheckedIOException(e);
    }
  }

  private List<String> command(Function function, Launch.Run launch) {
    List<String> command = new ArrayList<>();
    if (launch.limitable() && limits.memory()) {
      long kb = (function.settings().memory() + ADDRESS_HEADROOM_MB) * KB_PER_MB;
      command.addAll(
          List.of("sh", "-c", "ulimit -v \"$0\" 2>/dev/null; exec \"$@\"", String.valueOf(kb)));
    }
    command.addAll(launch.command());
    return command;
  }
}
