package dev.outrigger.provider.testkit;

import dev.outrigger.provider.ContainerStreams;
import dev.outrigger.provider.TerminalSize;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** A client that keeps what it reads; written to by the provider's threads. */
public final class FakeClient implements ContainerStreams {

  private final Optional<InputStream> stdin;
  private final Optional<OutputStream> stdout;
  private final Optional<OutputStream> stderr;
  private final ByteArrayOutputStream out;
  private final ByteArrayOutputStream err;
  private final AtomicReference<TerminalSize> size = new AtomicReference<>();
  private final AtomicReference<Consumer<TerminalSize>> listener = new AtomicReference<>();

  private FakeClient(
      Optional<InputStream> stdin, Optional<OutputStream> stdout, boolean separateStderr) {
    this.stdin = stdin;
    this.out = new ByteArrayOutputStream();
    this.err = new ByteArrayOutputStream();
    this.stdout = Optional.of(stdout.orElse(out));
    this.stderr = separateStderr ? Optional.of(err) : Optional.empty();
  }

  /** Reads both outputs and sends nothing. */
  public static FakeClient reading() {
    return new FakeClient(Optional.empty(), Optional.empty(), true);
  }

  /** Reads both outputs and sends this. */
  public static FakeClient sending(InputStream stdin) {
    return new FakeClient(Optional.of(stdin), Optional.empty(), true);
  }

  /** Reads both outputs and sends these bytes. */
  public static FakeClient sending(byte[] stdin) {
    return sending(new ByteArrayInputStream(stdin));
  }

  /** Reads the standard output by a reader of the test's own. */
  public static FakeClient readingInto(OutputStream stdout) {
    return new FakeClient(Optional.empty(), Optional.of(stdout), true);
  }

  /** A terminal: one output. */
  public static FakeClient terminal(InputStream stdin, TerminalSize size) {
    FakeClient client = new FakeClient(Optional.of(stdin), Optional.empty(), false);
    client.size.set(size);
    return client;
  }

  public String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  public String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  public byte[] outBytes() {
    return out.toByteArray();
  }

  public byte[] errBytes() {
    return err.toByteArray();
  }

  public void resize(TerminalSize changed) {
    size.set(changed);
    Consumer<TerminalSize> told = listener.get();
    if (told != null) {
      told.accept(changed);
    }
  }

  @Override
  public Optional<InputStream> stdin() {
    return stdin;
  }

  @Override
  public Optional<OutputStream> stdout() {
    return stdout;
  }

  @Override
  public Optional<OutputStream> stderr() {
    return stderr;
  }

  @Override
  public void onResize(Consumer<TerminalSize> told) {
    listener.set(told);
    TerminalSize known = size.get();
    if (known != null) {
      told.accept(known);
    }
  }
}
