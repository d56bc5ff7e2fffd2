package dev.outrigger.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What stands before a command that leads a session of its own and has the signals' default
 * actions: an agent that runs in the background of a script ignores SIGINT, and what it starts
 * would too. By whole paths, since the environment is the container's.
 */
final class SessionLeader {

  static final List<String> PREFIX = prefix();

  private SessionLeader() {}

  private static List<String> prefix() {
    List<String> prefix = new ArrayList<>(defaultSignals());
    prefix.add(find("setsid").map(Path::toString).orElse("setsid"));
    return List.copyOf(prefix);
  }

  /** Of GNU's env, since coreutils 8.31; others leave the signals as they are. */
  private static List<String> defaultSignals() {
    Optional<Path> env = find("env");
    if (env.isEmpty()) {
      return List.of();
    }
    List<String> restore = List.of(env.get().toString(), "--default-signal");
    try {
      List<String> probe = new ArrayList<>(restore);
      probe.add("true");
      return new ProcessBuilder(probe).start().waitFor() == 0 ? restore : List.of();
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  private static Optional<Path> find(String program) {
    return Executables.find(program, Optional.ofNullable(System.getenv("PATH")).orElse(""));
  }
}
