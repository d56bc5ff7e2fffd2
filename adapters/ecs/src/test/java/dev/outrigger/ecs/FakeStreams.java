package dev.outrigger.ecs;

import dev.outrigger.provider.ContainerStreams;
import dev.outrigger.provider.TerminalSize;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/** A client that reads everything and may send something. */
final class FakeStreams implements ContainerStreams {

  final ByteArrayOutputStream out = new ByteArrayOutputStream();
  final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private volatile Consumer<TerminalSize> resized = size -> {};
  private final Optional<InputStream> in;
  private final boolean terminal;
  private final Optional<TerminalSize> size;

  private FakeStreams(Optional<InputStream> in, boolean terminal, Optional<TerminalSize> size) {
    this.in = in;
    this.terminal = terminal;
    this.size = size;
  }

  static FakeStreams silent() {
    return new FakeStreams(Optional.empty(), false, Optional.empty());
  }

  static FakeStreams sending(byte[] data) {
    return sending(new ByteArrayInputStream(data));
  }

  static FakeStreams sending(InputStream data) {
    return new FakeStreams(Optional.of(data), false, Optional.empty());
  }

  static FakeStreams terminal(InputStream keys, TerminalSize size) {
    return new FakeStreams(Optional.of(keys), true, Optional.of(size));
  }

  @Override
  public Optional<InputStream> stdin() {
    return in;
  }

  @Override
  public Optional<OutputStream> stdout() {
    return Optional.of(out);
  }

  @Override
  public Optional<OutputStream> stderr() {
    return terminal ? Optional.empty() : Optional.of(err);
  }

  @Override
  public void onResize(Consumer<TerminalSize> listener) {
    resized = listener;
    size.ifPresent(listener);
  }

  /** The client's terminal changes its size. */
  void resize(int columns, int rows) {
    resized.accept(new TerminalSize(columns, rows));
  }

  String output() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String error() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
