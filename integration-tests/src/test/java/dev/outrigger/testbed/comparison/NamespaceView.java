package dev.outrigger.testbed.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The Pods of one namespace, gone ones too, and the events about them. */
final class NamespaceView {

  /** What does not come from the cluster's objects may change without one of them. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final Map<String, SeenPod> pods = new LinkedHashMap<>(); // guarded by this; by UID
  private final Map<String, JsonNode> events = new LinkedHashMap<>(); // guarded by this; by UID
  private boolean serviceAccount; // guarded by this
  private boolean authority; // guarded by this
  private long changes; // guarded by this
  private long podChangedAt = System.nanoTime(); // guarded by this

  synchronized void pod(JsonNode object, boolean gone) {
    pods.put(object.at("/metadata/uid").asText(), new SeenPod(object, gone));
    podChangedAt = System.nanoTime();
    changed();
  }

  synchronized void event(JsonNode object) {
    events.put(object.at("/metadata/uid").asText(), object);
    changed();
  }

  synchronized void serviceAccount(JsonNode object) {
    serviceAccount |= "default".equals(object.at("/metadata/name").asText());
    changed();
  }

  synchronized void configMap(JsonNode object) {
    authority |= "kube-root-ca.crt".equals(object.at("/metadata/name").asText());
    changed();
  }

  /** Whether controllers have made what every Pod is given. */
  synchronized boolean isPopulated() {
    return serviceAccount && authority;
  }

  private synchronized void changed() {
    changes++;
    notifyAll();
  }

  private synchronized long changes() {
    return changes;
  }

  private synchronized long podChangedAt() {
    return podChangedAt;
  }

  /** In order of their creation. */
  synchronized List<SeenPod> pods() {
    return pods.values().stream()
        .sorted(Comparator.comparing(SeenPod::createdAt).thenComparing(SeenPod::name))
        .toList();
  }

  synchronized List<JsonNode> events() {
    return List.copyOf(events.values());
  }

  /** Looks again after each change until there is an answer; empty when there was none in time. */
  <T> Optional<T> await(Supplier<Optional<T>> answer, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      long seen = changes();
      Optional<T> found = answer.get();
      if (found.isPresent() || System.nanoTime() >= deadline) {
        return found;
      }
      awaitChange(seen, LOOK_AGAIN);
    }
  }

  /** Waits until no Pod has changed for so long; an event may go on being counted. */
  void awaitQuiet(Duration quiet) {
    while (true) {
      long left = podChangedAt() + quiet.toNanos() - System.nanoTime();
      if (left <= 0) {
        return;
      }
      awaitChange(changes(), Duration.ofNanos(left));
    }
  }

  private synchronized void awaitChange(long seen, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      for (long left = limit.toMillis(); changes == seen && left > 0; ) {
        wait(left);
        left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** What a person needs to know of a case that does not go on. */
  String describe() {
    List<String> lines = new ArrayList<>();
    pods().forEach(p -> lines.add(p.object().path("status").toPrettyString()));
    events().forEach(e -> lines.add(e.path("reason").asText() + " " + e.path("message").asText()));
    return String.join("\n", lines);
  }
}
