package dev.outrigger.ecs.session;

import dev.outrigger.provider.ContainerStreams;
import dev.outrigger.provider.ExecOutcome;
import dev.outrigger.provider.ProviderException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one command through sessions: wrapped in a shell's script, or, in a container without a
 * shell, as it is, when its outputs are one and its exit code stays unknown.
 */
public final class CommandSession {

  private static final Logger LOG = LoggerFactory.getLogger(CommandSession.class);
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The agent's words when there is no such program; nothing was started then. */
  private static final String NOT_STARTED = "Unable to start command";

  /** Starts a session that runs a command line. */
  public interface Starter {
    DataChannel start(String commandLine)
        throws ProviderException, ChannelException, InterruptedException;
  }

  private final Starter starter;
  private final List<String> command;
  private final boolean terminal;
  private final ContainerStreams streams;

  public CommandSession(
      Starter starter, List<String> command, boolean terminal, ContainerStreams streams) {
    this.starter = starter;
    this.command = List.copyOf(command);
    this.terminal = terminal;
    this.streams = streams;
  }

  /**
   * Runs to the command's end; blocks. Interrupting ends the command.
   *
   * @throws IOException only as thrown by the streams
   */
  public ExecOutcome run() throws ProviderException, IOException, InterruptedException {
    byte[] random = new byte[8];
    RANDOM.nextBytes(random);
    String nonce = HexFormat.of().formatHex(random);
    try {
      String line = WrappedCommand.line(nonce, command, terminal, streams.stdin().isPresent());
      Optional<ExecOutcome> outcome = wrapped(starter.start(line), nonce);
      return outcome.isPresent()
          ? outcome.get()
          : bare(starter.start(WrappedCommand.direct(command)));
    } catch (ChannelException e) {
      return new ExecOutcome.Failed(String.valueOf(e.getMessage()));
    }
  }

  /** Empty when the container has no shell. */
  private Optional<ExecOutcome> wrapped(DataChannel channel, String nonce)
      throws ChannelException, IOException, InterruptedException {
    CommandDecoder decoder = new CommandDecoder(nonce, terminal);
    boolean ready = false;
    boolean tidy = false;
    Thread input = Thread.ofVirtual().name("exec-stdin").unstarted(() -> copyInput(channel, true));
    try {
      for (var next = channel.receive(); next.isPresent(); next = channel.receive()) {
        for (CommandEvent event : decoder.feed(output(next.get()))) {
          switch (event) {
            case CommandEvent.Output o -> write(o.data(), o.error());
            case CommandEvent.Waiting w -> {
              followSize(channel);
              channel.post(Payload.OUTPUT, new byte[] {'\n'});
            }
            case CommandEvent.Ready r -> {
              ready = true;
              input.start();
            }
            case CommandEvent.Ended e -> {
              tidy = true;
              channel.post(Payload.OUTPUT, TerminalInput.end());
              return Optional.of(new ExecOutcome.Exited(e.code()));
            }
            case CommandEvent.NotFound n -> {
              tidy = true;
              return Optional.of(notFound());
            }
            case CommandEvent.Missing m -> {
              tidy = true;
              return Optional.of(missing(m.program()));
            }
          }
        }
      }
      return unseen(channel, ready);
    } finally {
      input.interrupt();
      end(channel, tidy);
    }
  }

  private void followSize(DataChannel channel) {
    streams.onResize(
        size -> channel.post(Payload.SIZE, Handshake.size(size.columns(), size.rows())));
  }

  private static void end(DataChannel channel, boolean tidy) {
    if (tidy) {
      channel.closeSoon();
    } else {
      channel.close();
    }
  }

  private static byte[] output(Payload payload) {
    return payload.type() == Payload.OUTPUT ? payload.data() : new byte[0];
  }

  private ExecOutcome notFound() {
    return new ExecOutcome.Failed(
        "exec: \"" + command.getFirst() + "\": executable file not found in the container");
  }

  private static ExecOutcome missing(String program) {
    return new ExecOutcome.Failed(
        "the container has no "
            + program
            + ", by which output is carried exactly over ECS Exec; a terminal (kubectl exec -t)"
            + " needs sh only");
  }

  private static Optional<ExecOutcome> unseen(DataChannel channel, boolean ready) {
    String words = channel.closingWords();
    if (!ready && words.contains(NOT_STARTED)) {
      return Optional.empty();
    }
    return Optional.of(
        new ExecOutcome.Failed(
            "the session ended before the command's end was seen"
                + (words.isEmpty() ? "" : ": " + words)));
  }

  private ExecOutcome bare(DataChannel channel)
      throws ChannelException, IOException, InterruptedException {
    Thread input = Thread.ofVirtual().name("exec-stdin").start(() -> copyInput(channel, false));
    try {
      followSize(channel);
      for (var next = channel.receive(); next.isPresent(); next = channel.receive()) {
        write(output(next.get()), false);
      }
    } finally {
      input.interrupt();
      channel.close();
    }
    String words = channel.closingWords();
    return new ExecOutcome.Failed(
        words.contains(NOT_STARTED)
            ? words.lines().filter(l -> l.contains(NOT_STARTED)).findFirst().orElse(words)
            : "the command has ended, but the container has no sh: its exit code is not known, and"
                + " its output and error are one");
  }

  private void write(byte[] data, boolean error) throws IOException {
    Optional<OutputStream> to = error ? streams.stderr() : streams.stdout();
    if (to.isPresent() && data.length > 0) {
      to.get().write(data);
      to.get().flush();
    }
  }

  private void copyInput(DataChannel channel, boolean wrapped) {
    if (streams.stdin().isEmpty()) {
      return;
    }
    byte[] buffer = new byte[8 * Payload.LARGEST];
    try {
      InputStream in = streams.stdin().get();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        for (byte[] chunk : chunks(buffer, count, wrapped)) {
          channel.send(Payload.OUTPUT, chunk);
        }
      }
      channel.send(Payload.OUTPUT, TerminalInput.end());
    } catch (IOException | ChannelException e) {
      LOG.atDebug().addKeyValue("error", e.getMessage()).log("A command's input has ended early");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<byte[]> chunks(byte[] buffer, int count, boolean wrapped) {
    if (wrapped && !terminal) {
      return TerminalInput.encode(buffer, count);
    }
    return java.util.stream.IntStream.iterate(0, at -> at < count, at -> at + Payload.LARGEST)
        .mapToObj(at -> Arrays.copyOfRange(buffer, at, Math.min(count, at + Payload.LARGEST)))
        .toList();
  }
}
