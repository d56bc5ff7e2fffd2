package dev.outrigger.testbed.bench;

import dev.outrigger.testbed.TestbedException;
import io.fabric8.kubernetes.client.http.AsyncBody;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A watch whose events are lines. */
final class BenchWatch implements AutoCloseable {
  private final String path;
  private final Consumer<String> consumer;
  private final ByteArrayOutputStream open = new ByteArrayOutputStream(8192);
  private volatile @Nullable AsyncBody body;
  private volatile boolean closed;
  private volatile @Nullable String end;

  BenchWatch(String path, Consumer<String> consumer) {
    this.path = path;
    this.consumer = consumer;
  }

  void opened(AsyncBody response) {
    body = response;
    var _ =
        response
            .done()
            .whenComplete(
                (done, failure) -> end = failure == null ? "it ended" : failure.toString());
    response.consume();
  }

  void feed(List<ByteBuffer> buffers, AsyncBody from) {
    try {
      for (ByteBuffer each : buffers) {
        feed(each);
      }
    } catch (RuntimeException e) {
      end = "its events cannot be read: " + e;
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
        consumer.accept(open.toString(StandardCharsets.ISO_8859_1));
        open.reset();
        start = i + 1;
      }
    }
    open.write(bytes, start, bytes.length - start);
  }

  /** Throws when the API server has ended it, as it does to a watch that does not keep up. */
  void check() {
    if (end != null && !closed) {
      throw new TestbedException("watch " + path + ": " + end);
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
