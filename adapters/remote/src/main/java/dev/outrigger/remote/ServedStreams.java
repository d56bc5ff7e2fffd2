package dev.outrigger.remote;

import com.google.protobuf.ByteString;
import dev.outrigger.provider.ContainerStreams;
import dev.outrigger.provider.TerminalSize;
import dev.outrigger.remote.v1.ClientInput;
import dev.outrigger.remote.v1.ClientStreams;
import dev.outrigger.remote.v1.ContainerOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The client at the other end of a call, as the provider sees it. */
final class ServedStreams implements ContainerStreams, AutoCloseable {

  private final ClientStreams wanted;
  private final Sender sender;
  private final ByteFlow stdin = new ByteFlow();

  // Guarded by this.
  private @Nullable TerminalSize size;
  private @Nullable Consumer<TerminalSize> listener;

  /** Sends output, waiting for the client to take it. */
  interface Sender {
    void send(ContainerOutput output) throws IOException;
  }

  ServedStreams(ClientStreams wanted, Sender sender) {
    this.wanted = wanted;
    this.sender = sender;
  }

  /** What the client sent. Waits while the provider does not read. */
  void input(ClientInput input) throws InterruptedException {
    switch (input.getEventCase()) {
      case STDIN -> stdin.put(input.getStdin().toByteArray());
      case STDIN_END -> stdin.end();
      case SIZE ->
          resize(new TerminalSize(input.getSize().getColumns(), input.getSize().getRows()));
      case EVENT_NOT_SET -> {} // of a newer version
    }
  }

  /** The client sends no more. */
  void end() {
    stdin.end();
  }

  @Override
  public Optional<InputStream> stdin() {
    return wanted.getStdin() ? Optional.of(stdin) : Optional.empty();
  }

  @Override
  public Optional<OutputStream> stdout() {
    return sending(
        wanted.getStdout(), bytes -> ContainerOutput.newBuilder().setStdout(bytes).build());
  }

  @Override
  public Optional<OutputStream> stderr() {
    return sending(
        wanted.getStderr(), bytes -> ContainerOutput.newBuilder().setStderr(bytes).build());
  }

  @Override
  public synchronized void onResize(Consumer<TerminalSize> told) {
    listener = told;
    if (size != null) {
      told.accept(size);
    }
  }

  @Override
  public void close() {
    stdin.close();
  }

  private synchronized void resize(TerminalSize changed) {
    size = changed;
    if (listener != null) {
      listener.accept(changed);
    }
  }

  private interface Message {
    ContainerOutput of(ByteString bytes);
  }

  private Optional<OutputStream> sending(boolean wants, Message message) {
    return wants
        ? Optional.of(new ByteSender(bytes -> sender.send(message.of(bytes))))
        : Optional.empty();
  }
}
