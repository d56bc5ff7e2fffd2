package dev.outrigger.simulator.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A command on a terminal of its own, which is its controlling terminal and its three streams.
 * Reading and writing as {@link Pty} says.
 */
public final class TerminalProcess implements AutoCloseable {
  private static final List<String> ON_TERMINAL =
      List.of("/bin/sh", "-c", "exec <\"$0\" >\"$0\" 2>&1; exec \"$@\"");

  private final Pty terminal;
  private final Process process;
  private final ProcessGuard guard;

  private TerminalProcess(Pty terminal, Process process, ProcessGuard guard) {
    this.terminal = terminal;
    this.process = process;
    this.guard = guard;
    var _ =
        process
            .onExit()
            .thenRun(
                () -> {
                  guard.ended(process.pid());
                  terminal.release();
                });
  }

  /**
   * Starts a command.
   *
   * @param command a program by its path, and arguments
   * @param environment the whole environment
   */
  public static TerminalProcess start(
      ProcessGuard guard, List<String> command, Map<String, String> environment, Path directory)
      throws IOException {
    Pty terminal = new Pty();
    try {
      List<String> whole = new ArrayList<>(ON_TERMINAL);
      whole.add(terminal.path());
      whole.addAll(command);
      ProcessBuilder builder =
          new ProcessBuilder(whole)
              .directory(directory.toFile())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD);
      builder.environment().clear();
      builder.environment().putAll(environment);
      return new TerminalProcess(terminal, guard.start(builder), guard);
    } catch (IOException e) {
      terminal.close();
      throw e;
    }
  }

  public Pty terminal() {
    return terminal;
  }

  /** Kills the command and hangs up, so that what it started ends too. Idempotent. */
  @Override
  public void close() {
    process.destroyForcibly();
    guard.kill(process.pid());
    terminal.close();
  }
}
