package dev.outrigger.simulator.session;

import dev.outrigger.simulator.process.Executables;
import dev.outrigger.simulator.process.ProcessGuard;
import dev.outrigger.simulator.process.TerminalProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * In a container that is a process of this host.
 *
 * @param environment of its process
 * @param directory where commands start
 */
public record HostShell(ProcessGuard guard, Map<String, String> environment, Path directory)
    implements ContainerShell {
  public HostShell {
    environment = Map.copyOf(environment);
  }

  @Override
  public TerminalProcess start(List<String> words) throws IOException {
    Map<String, String> whole = new HashMap<>(environment);
    whole.put("TERM", "xterm-256color");
    whole.putIfAbsent("LANG", "C.UTF-8");
    String program = words.getFirst();
    Optional<Path> file = Executables.find(program, whole.getOrDefault("PATH", ""), directory);
    if (file.isEmpty()) {
      throw new IOException(
          program.contains("/")
              ? "Failed to start pty: fork/exec " + program + ": no such file or directory"
              : "Failed to start pty: exec: \""
                  + program
                  + "\": executable file not found in $PATH");
    }
    List<String> command = new ArrayList<>(words);
    command.set(0, file.get().toString());
    return TerminalProcess.start(guard, command, whole, directory);
  }
}
