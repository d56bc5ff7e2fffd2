package dev.outrigger.agent.kubelet;

import dev.outrigger.provider.ContainerStreams;
import dev.outrigger.provider.TerminalSize;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The streams of an attach that ends when the client has nothing more to say, as containerd's does
 * unless the container has {@code stdinOnce}: the attaching thread is interrupted.
 */
final class AttachStreams implements ContainerStreams {

  private final ContainerStreams client;
  private final Thread attaching = Thread.currentThread();

  // Guarded by this.
  private boolean over;
  private boolean ended;

  /** By the thread that will attach. */
  AttachStreams(ContainerStreams client) {
    this.client = client;
  }

  private synchronized void inputEnded() {
    ended = true;
    if (!over) {
      attaching.interrupt();
    }
  }

  /**
   * The attach has returned; no interrupt comes from here any more.
   *
   * @return whether the end of the client's input ended it
   */
  synchronized boolean over() {
    over = true;
    return ended;
  }

  @Override
  public Optional<InputStream> stdin() {
    return client.stdin().map(Watched::new);
  }

  @Override
  public Optional<OutputStream> stdout() {
    return client.stdout();
  }

  @Override
  public Optional<OutputStream> stderr() {
    return client.stderr();
  }

  @Override
  public void onResize(Consumer<TerminalSize> listener) {
    client.onResize(listener);
  }

  /** Tells of its end. */
  private final class Watched extends FilterInputStream {

    Watched(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      if (value < 0) {
        inputEnded();
      }
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = super.read(bytes, offset, length);
      if (count < 0) {
        inputEnded();
      }
      return count;
    }
  }
}
