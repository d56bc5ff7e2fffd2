package dev.outrigger.simulator.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** How commands are started in a process group of their own. */
public final class HostCommand {
  private static final Optional<Path> SETSID =
      Stream.of("/usr/bin/setsid", "/bin/setsid")
          .map(Path::of)
          .filter(Files::isExecutable)
          .findFirst();

  private HostCommand() {}

  /** Whether commands get their own group, which is then numbered like their process. */
  static boolean hasGroups() {
    return SETSID.isPresent();
  }

  static List<String> ownGroup(String... command) {
    return ownGroup(List.of(command));
  }

  /** The command, to be started as the leader of a group of its own. */
  public static List<String> ownGroup(List<String> command) {
    List<String> whole = new ArrayList<>();
    SETSID.ifPresent(path -> whole.add(path.toString()));
    whole.addAll(command);
    return whole;
  }
}
