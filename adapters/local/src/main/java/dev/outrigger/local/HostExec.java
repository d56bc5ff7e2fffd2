package dev.outrigger.local;

import dev.outrigger.provider.ContainerStreams;
import dev.outrigger.provider.ExecOutcome;
import dev.outrigger.provider.ExecRequest;
import dev.outrigger.provider.ExecTarget;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.TerminalSize;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs commands beside a container's processes: with its environment and in its folder, in a
 * session of their own. A program that cannot be started is {@link ExecOutcome.Failed}, as a
 * container's runtime answers; 126 and 127 come from shells.
 */
final class HostExec implements ExecTarget {

  private static final Logger log = LoggerFactory.getLogger(HostExec.class);

  private final HostStore store;

  HostExec(HostStore store) {
    this.store = store;
  }

  /**
   * @param root where the container's files are, as it sees them
   * @param entering what brings a command into the container's mount namespace, if it has one
   */
  private record Prepared(
      RunningContainer container,
      Map<String, String> environment,
      Path workingDir,
      Path root,
      List<String> entering) {}

  @Override
  public ExecOutcome exec(ExecRequest request, ContainerStreams streams)
      throws ProviderException, IOException, InterruptedException {
    RunningContainer container =
        RunningContainer.find(store, request.attempt(), request.container());
    Prepared prepared;
    try {
      container.awaitStarted();
      prepared =
          new Prepared(
              container,
              container.environment(),
              container.workingDir(),
              container.root(),
              container.entering("cd \"$0\" && exec \"$@\""));
    } catch (IOException e) {
      return new ExecOutcome.Failed("cannot join the container: " + e.getMessage());
    }
    Optional<String> path = Optional.ofNullable(prepared.environment.get("PATH"));
    Optional<String> problem =
        Executables.problem(request.command().getFirst(), path, prepared.workingDir, prepared.root);
    if (problem.isPresent()) {
      return new ExecOutcome.Failed(problem.get());
    }
    return request.terminal()
        ? onTerminal(prepared, request.command(), streams)
        : onPipes(prepared, request.command(), streams);
  }

  private static ExecOutcome onPipes(
      Prepared prepared, List<String> command, ContainerStreams streams)
      throws IOException, InterruptedException {
    ProcessBuilder builder = builder(prepared, SessionLeader.PREFIX, command);
    if (streams.stdin().isEmpty()) {
      builder.redirectInput(new File("/dev/null"));
    }
    try (OutputPipe out = OutputPipe.open(streams.stdout());
        OutputPipe err = OutputPipe.open(streams.stderr())) {
      Process process;
      try {
        process = builder.redirectOutput(out.target()).redirectError(err.target()).start();
      } catch (IOException e) {
        return new ExecOutcome.Failed(String.valueOf(e.getMessage()));
      }
      try (HostCommand running = started(prepared, process)) {
        streams
            .stdin()
            .ifPresent(in -> running.feed(in, HostCommand.Input.of(process.getOutputStream())));
        out.drain(running);
        err.drain(running);
        return running.await();
      }
    }
  }

  /** The terminal becomes the session's own by being opened first by the session's leader. */
  private static ExecOutcome onTerminal(
      Prepared prepared, List<String> command, ContainerStreams streams)
      throws IOException, InterruptedException {
    try (Descriptor terminal = new Descriptor(Posix.openTerminal())) {
      String[] name = new String[1];
      terminal.use(fd -> name[0] = Posix.terminalName(fd));
      streams.onResize(size -> resize(terminal, size));
      prepared.environment.putIfAbsent("TERM", "xterm");
      String open = "exec <\"$0\" >\"$0\" 2>&1 && exec \"$@\"";
      List<String> prefix = new ArrayList<>(SessionLeader.PREFIX);
      prefix.addAll(List.of("sh", "-c", open, name[0]));
      Process process;
      try {
        process = quiet(builder(prepared, prefix, command)).start();
      } catch (IOException e) {
        return new ExecOutcome.Failed(String.valueOf(e.getMessage()));
      }
      try (HostCommand running = started(prepared, process)) {
        streams.stdin().ifPresent(in -> running.feed(in, keyboard(terminal)));
        running.drain(terminal, streams.stdout().orElseGet(OutputStream::nullOutputStream));
        return running.await();
      }
    }
  }

  private static HostCommand started(Prepared prepared, Process process) throws IOException {
    Path folder = prepared.container.directory().execs(prepared.container.name());
    try {
      return new HostCommand(process, ExecRecord.write(folder, process.pid()));
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static ProcessBuilder builder(
      Prepared prepared, List<String> prefix, List<String> command) {
    List<String> all = new ArrayList<>(prefix);
    all.addAll(prepared.entering);
    all.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(all);
    if (prepared.entering.isEmpty()) {
      builder.directory(prepared.workingDir.toFile());
    }
    builder.environment().clear();
    builder.environment().putAll(prepared.environment);
    return builder;
  }

  private static ProcessBuilder quiet(ProcessBuilder builder) {
    return builder
        .redirectInput(new File("/dev/null"))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD);
  }

  /** A terminal has no half-close: the client's end leaves it as it is, as with a real one. */
  private static HostCommand.Input keyboard(Descriptor terminal) {
    return new HostCommand.Input() {
      @Override
      public void write(byte[] bytes, int length) throws IOException {
        terminal.write(bytes, length);
      }

      @Override
      public void end() {}
    };
  }

  private static void resize(Descriptor terminal, TerminalSize size) {
    try {
      terminal.use(fd -> Posix.resize(fd, size));
    } catch (IOException e) {
      log.atDebug().setCause(e).log("terminal could not be resized");
    }
  }
}
