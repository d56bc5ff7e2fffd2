package dev.outrigger.agent.kubelet.stream;

import dev.outrigger.provider.ContainerStreams;
import dev.outrigger.provider.TerminalSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The streams of one exec or attach, until it is told how that ended. */
public final class CommandSession implements ContainerStreams, AutoCloseable {

  private final Link link;
  private final boolean json;
  private final OutputStream error;
  private final @Nullable StreamInput stdin;
  private final @Nullable StreamOutput stdout;
  private final @Nullable StreamOutput stderr;
  private final @Nullable ResizeInput resize;
  private final List<Runnable> cancelled;

  private CommandSession(Builder from, OutputStream error) {
    this.link = from.link;
    this.json = from.json;
    this.error = error;
    this.stdin = from.stdin;
    this.stdout = from.stdout;
    this.stderr = from.stderr;
    this.resize = from.resize;
    this.cancelled = List.copyOf(from.cancelled);
  }

  @Override
  public Optional<InputStream> stdin() {
    return Optional.ofNullable(stdin);
  }

  @Override
  public Optional<OutputStream> stdout() {
    return Optional.ofNullable(stdout);
  }

  @Override
  public Optional<OutputStream> stderr() {
    return Optional.ofNullable(stderr);
  }

  @Override
  public void onResize(Consumer<TerminalSize> listener) {
    if (resize != null) {
      resize.onResize(listener);
    }
  }

  /** Ends the output and tells the client how it went. Blocks while the client is slow. */
  public void end(CommandStatus status) throws IOException {
    endOutput();
    byte[] told = json ? status.json() : status.text().getBytes(StandardCharsets.UTF_8);
    error.write(told, 0, told.length);
    error.close();
  }

  private void endOutput() {
    if (stdout != null) {
      stdout.close();
    }
    if (stderr != null) {
      stderr.close();
    }
  }

  /** Ends the connection, after what was written. Does not block. */
  @Override
  public void close() {
    if (stdin != null) {
      stdin.close();
    }
    endOutput();
    cancelled.forEach(Runnable::run);
    link.finish();
  }

  /** Collects the streams as they come. */
  static final class Builder {

    private final Link link;
    private final boolean json;
    private final List<Runnable> cancelled = new ArrayList<>();
    private @Nullable OutputStream error;
    private @Nullable StreamInput stdin;
    private @Nullable StreamOutput stdout;
    private @Nullable StreamOutput stderr;
    private @Nullable ResizeInput resize;

    /**
     * @param json whether the error stream takes a {@code v1.Status} (v4 and later) or words
     */
    Builder(Link link, boolean json) {
      this.link = link;
      this.json = json;
    }

    Builder error(OutputStream stream) {
      error = stream;
      return this;
    }

    void stdin(StreamInput stream) {
      stdin = stream;
    }

    void stdout(StreamOutput stream) {
      stdout = stream;
    }

    void stderr(StreamOutput stream) {
      stderr = stream;
    }

    void resize(ResizeInput stream) {
      resize = stream;
    }

    /** What is to be done to streams that only the client ends. */
    void cancelled(Runnable end) {
      cancelled.add(end);
    }

    CommandSession build() throws IllegalStateException {
      if (error == null) {
        throw new IllegalStateException("no error stream");
      }
      return new CommandSession(this, error);
    }
  }
}
