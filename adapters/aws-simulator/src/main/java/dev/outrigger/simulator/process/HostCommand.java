package dev.outrigger.simulator.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How commands are started in a process group of their own, and with the signals' default actions:
 * a simulator that runs in the background of a script ignores SIGINT, and what it starts would too.
 */
public final class HostCommand {
  private static final Optional<Path> SETSID = find("/usr/bin/setsid", "/bin/setsid");
  private static final List<String> WITH_PARENT =
      ifItWorks("--pdeathsig KILL", "/usr/bin/setpriv", "/bin/setpriv");
  private static final List<String> DEFAULT_SIGNALS =
      ifItWorks("--default-signal", "/usr/bin/env", "/bin/env");

  private HostCommand() {}

  private static Optional<Path> find(String... places) {
    return Stream.of(places).map(Path::of).filter(Files::isExecutable).findFirst();
  }

  /** That program with these options, before a command; nothing on a host where it fails. */
  private static List<String> ifItWorks(String options, String... places) {
    Optional<Path> program = find(places);
    if (program.isEmpty()) {
      return List.of();
    }
    List<String> prefix = new ArrayList<>(List.of(program.get().toString()));
    prefix.addAll(List.of(options.split(" ")));
    List<String> probe = Stream.concat(prefix.stream(), Stream.of("true")).toList();
    try {
      return new ProcessBuilder(probe).start().waitFor() == 0 ? prefix : List.of();
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  /** Whether commands get their own group, which is then numbered like their process. */
  static boolean hasGroups() {
    return SETSID.isPresent();
  }

  static List<String> ownGroup(String... command) {
    return ownGroup(List.of(command));
  }

  /** The command, killed with the thread that starts it, where {@code setpriv} can see to that. */
  static List<String> endingWithParent(List<String> command) {
    List<String> whole = new ArrayList<>(WITH_PARENT);
    whole.addAll(command);
    return whole;
  }

  /** The command, to be started as the leader of a group of its own. */
  public static List<String> ownGroup(List<String> command) {
    List<String> whole = new ArrayList<>(DEFAULT_SIGNALS);
    SETSID.ifPresent(path -> whole.add(path.toString()));
    whole.addAll(command);
    return whole;
  }
}
