package dev.outrigger.testbed.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outrigger.testbed.ChildProcess;
import dev.outrigger.testbed.Kubectl;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * {@code kubectl get --watch} over all namespaces, so that any kubeconfig will do. Opened again
 * when it ends, as happens on a busy machine: it then tells first what there is.
 */
final class ObjectStream implements AutoCloseable {

  /** Takes an object, and whether it was deleted. */
  interface Sink {
    void accept(JsonNode object, boolean gone);
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Kubectl kubectl;
  private final String kind;
  private final Sink sink;
  private volatile boolean closed;
  private volatile @Nullable ChildProcess process;

  ObjectStream(Kubectl kubectl, String kind, Sink sink) {
    this.kubectl = kubectl;
    this.kind = kind;
    this.sink = sink;
  }

  void start() {
    Thread.ofPlatform().daemon().name("watch-" + kind).start(this::run);
  }

  private void run() {
    while (!closed) {
      try (ChildProcess watch =
          kubectl.start("get", kind, "-A", "--watch", "--output-watch-events", "-o", "json")) {
        process = watch;
        read(watch);
      } catch (IOException | RuntimeException e) {
        // What kubectl says when a watch ends is no JSON: the next one tells what there is.
        if (!closed) {
          System.out.println("watching " + kind + " again: " + e.getMessage());
        }
      }
    }
  }

  private void read(ChildProcess watch) throws IOException {
    try (MappingIterator<JsonNode> events =
        JSON.readerFor(JsonNode.class).readValues(watch.output())) {
      while (!closed && events.hasNextValue()) {
        JsonNode event = events.nextValue();
        sink.accept(event.path("object"), "DELETED".equals(event.path("type").asText()));
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    ChildProcess watch = process;
    if (watch != null) {
      watch.close();
    }
  }
}
