package dev.outrigger.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.Json;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A task as the API shows it, and the request to stop it. Thread-safe. */
final class Task {
  private final String arn;
  private final Consumer<Task> changed;
  private final CompletableFuture<StopRequest> stop = new CompletableFuture<>();

  /** Guarded by this. The task in the API's own shape, with its tags. */
  private final ObjectNode document;

  /** Why a task is to stop. */
  record StopRequest(String code, String reason) {}

  /**
   * A task.
   *
   * @param changed called under the task's lock after every change
   */
  Task(ObjectNode document, Consumer<Task> changed) {
    this.arn = document.path("taskArn").asText();
    this.document = document;
    this.changed = changed;
  }

  String arn() {
    return arn;
  }

  String id() {
    return Arns.name(arn);
  }

  /** Changes the document, and its version. */
  synchronized void update(Consumer<ObjectNode> change) {
    change.accept(document);
    document.put("version", document.path("version").asLong() + 1);
    changed.accept(this);
  }

  /** Changes one container of the document. */
  void updateContainer(String name, Consumer<ObjectNode> change) {
    update(
        node -> {
          for (JsonNode container : node.path("containers")) {
            if (container.path("name").asText().equals(name)
                && container instanceof ObjectNode object) {
              change.accept(object);
            }
          }
        });
  }

  /** A copy as the API answers it. */
  synchronized ObjectNode describe(boolean withTags) {
    ObjectNode copy = document.deepCopy();
    if (!withTags) {
      copy.set("tags", Json.array());
    }
    return copy;
  }

  synchronized String text(String field) {
    return document.path(field).asText();
  }

  synchronized Map<String, String> tags() {
    return Tags.read(document.path("tags"));
  }

  synchronized double seconds(String field) {
    return document.path(field).asDouble();
  }

  boolean isStopped() {
    return text("lastStatus").equals("STOPPED");
  }

  /**
   * Asks the task to stop; the first request counts, and later ones change nothing.
   *
   * @return whether this was the first
   */
  synchronized boolean requestStop(StopRequest request, Instant now) {
    if (isStopped() || stop.isDone()) {
      return false;
    }
    update(
        node ->
            node.put("desiredStatus", "STOPPED")
                .put("stopCode", request.code())
                .put("stoppedReason", request.reason())
                .put("stoppingAt", Json.seconds(now)));
    return stop.complete(request);
  }

  /** Completes when the task is to stop. */
  CompletableFuture<StopRequest> stop() {
    return stop;
  }
}
