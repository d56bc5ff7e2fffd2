package dev.outrigger.testbed.bench;

import dev.outrigger.testbed.TestbedException;
import io.fabric8.kubernetes.client.http.AsyncBody;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A watch whose events are lines. The API server ends one that does not keep up, as happens on a
 * busy machine: it is then opened again where it was.
 */
final class BenchWatch implements AutoCloseable {
  private static final String VERSION = "\"resourceVersion\":\"";

  private final BenchApi api;
  private final String path;
  private final Consumer<String> consumer;
  private final CountDownLatch opened = new CountDownLatch(1);
  private final ByteArrayOutputStream open = new ByteArrayOutputStream(8192);
  private volatile String version = "";
  private volatile @Nullable AsyncBody body;
  private volatile boolean closed;
  private volatile @Nullable Throwable failure;

  BenchWatch(BenchApi api, String path, Consumer<String> consumer) {
    this.api = api;
    this.path = path;
    this.consumer = consumer;
  }

  void start() {
    Thread.ofVirtual().name("bench-watch").start(this::run);
    try {
      opened.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    check();
  }

  private void run() {
    try {
      while (!closed) {
        open.reset();
        String from = version.isEmpty() ? "" : "&resourceVersion=" + version;
        AsyncBody current = api.stream(path + from, this::feed);
        body = current;
        opened.countDown();
        current.done().join();
      }
    } catch (TestbedException | CompletionException | CancellationException e) {
      failure = e;
    } finally {
      opened.countDown();
    }
  }

  private void feed(List<ByteBuffer> buffers, AsyncBody from) {
    try {
      buffers.forEach(this::feed);
    } catch (RuntimeException e) {
      failure = e;
    }
    from.consume();
  }

  private void feed(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        open.write(bytes, start, i - start);
        String event = open.toString(StandardCharsets.ISO_8859_1);
        open.reset();
        start = i + 1;
        int at = event.indexOf(VERSION) + VERSION.length();
        version = event.substring(at, event.indexOf('"', at));
        consumer.accept(event);
      }
    }
    open.write(bytes, start, bytes.length - start);
  }

  /** Throws when it has failed for good. */
  void check() {
    Throwable why = failure;
    if (why != null && !closed) {
      throw new TestbedException("watch " + path + " failed", why);
    }
  }

  @Override
  public void close() {
    closed = true;
    AsyncBody current = body;
    if (current != null) {
      current.cancel();
    }
  }
}
