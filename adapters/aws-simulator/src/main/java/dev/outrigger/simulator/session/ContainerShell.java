package dev.outrigger.simulator.session;

import dev.outrigger.simulator.process.TerminalProcess;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Starts commands in a running container, each on a terminal of its own. */
public interface ContainerShell {

  /**
   * Starts a command.
   *
   * @throws IOException when it cannot be started, in the agent's words
   */
  TerminalProcess start(List<String> words) throws IOException;

  /**
   * How the terminal's output begins when only that tells that the command could not be started.
   */
  default Optional<String> failure() {
    return Optional.empty();
  }
}
