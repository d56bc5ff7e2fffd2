package dev.outrigger.agent.probe;

import dev.outrigger.provider.ContainerStreams;
import dev.outrigger.provider.ExecOutcome;
import dev.outrigger.provider.ExecRequest;
import dev.outrigger.provider.ExecTarget;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.TerminalSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A command in the container: exit code 0 is success. Blocking; interrupting ends it. */
final class ExecProbe {

  private static final int MOST_OUTPUT = 10 << 10;

  private final Optional<ExecTarget> commands;

  ExecProbe(Optional<ExecTarget> commands) {
    this.commands = commands;
  }

  ProbeOutcome probe(PodAttempt attempt, String container, List<String> command)
      throws InterruptedException {
    if (commands.isEmpty()) {
      return new ProbeOutcome.Unknown("this node runs no commands in containers");
    }
    Output output = new Output();
    try {
      ExecRequest request = new ExecRequest(attempt, container, command, false);
      return switch (commands.get().exec(request, output)) {
        case ExecOutcome.Exited exited when exited.code() == 0 -> new ProbeOutcome.Success();
        case ExecOutcome.Exited exited -> new ProbeOutcome.Failure(output.text());
        case ExecOutcome.Failed failed -> new ProbeOutcome.Unknown(failed.message());
      };
    } catch (ProviderException | IOException e) {
      return new ProbeOutcome.Unknown(String.valueOf(e.getMessage()));
    }
  }

  /** The command's output, both streams as they come, up to a size. */
  private static final class Output implements ContainerStreams {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    String text() {
      synchronized (bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
      }
    }

    @Override
    public Optional<InputStream> stdin() {
      return Optional.empty();
    }

    @Override
    public Optional<OutputStream> stdout() {
      return Optional.of(stream());
    }

    @Override
    public Optional<OutputStream> stderr() {
      return Optional.of(stream());
    }

    @Override
    public void onResize(Consumer<TerminalSize> listener) {}

    private OutputStream stream() {
      return new OutputStream() {
        @Override
        public void write(int value) {
          write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) {
          synchronized (bytes) {
            bytes.write(from, offset, Math.min(length, MOST_OUTPUT - bytes.size()));
          }
        }
      };
    }
  }
}
