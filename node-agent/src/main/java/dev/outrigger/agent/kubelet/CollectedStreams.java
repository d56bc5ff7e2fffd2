package dev.outrigger.agent.kubelet;

import dev.outrigger.provider.ContainerStreams;
import dev.outrigger.provider.TerminalSize;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/** The output of a command without input, up to a size; what comes after is thrown away. */
final class CollectedStreams implements ContainerStreams {

  private static final int MOST = 4 << 20;

  private final Collected stdout = new Collected();
  private final Collected stderr = new Collected();

  /** Each is written by one thread and read when that has ended. */
  private static final class Collected extends OutputStream {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public synchronized void write(int value) {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] from, int offset, int length) {
      bytes.write(from, offset, Math.min(length, MOST - bytes.size()));
    }

    synchronized byte[] all() {
      return bytes.toByteArray();
    }
  }

  @Override
  public Optional<InputStream> stdin() {
    return Optional.empty();
  }

  @Override
  public Optional<OutputStream> stdout() {
    return Optional.of(stdout);
  }

  @Override
  public Optional<OutputStream> stderr() {
    return Optional.of(stderr);
  }

  @Override
  public void onResize(Consumer<TerminalSize> listener) {}

  /** All of stdout, then all of stderr, as the kubelet puts them. */
  byte[] all() {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(stdout.all());
    both.writeBytes(stderr.all());
    return both.toByteArray();
  }

  String errors() {
    return new String(stderr.all(), StandardCharsets.UTF_8);
  }
}
