package dev.outrigger.ecs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What Container Insights told of each container. Its events tell how fast CPU time was used since
 * the event before; added up, they give the time used since this process first saw the container.
 * Thread-safe.
 */
final class InsightsLedger {

  /** What an event stands for, at most: events come once a minute, and one may be missing. */
  private static final Duration LONGEST_STEP = Duration.ofMinutes(1);

  private static final double CPU_UNITS_OF_A_CORE = 1_024;
  private static final long MIB = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Guarded by this. */
  private final Map<Place, Figures> latest = new HashMap<>();

  /** A container of a task, by the last part of the task's ARN. */
  record Place(String taskId, String container) {}

  /**
   * @param at the latest event
   * @param cpuNanos INVARIANT: never decreases
   */
  record Figures(Instant at, double cpuNanos, long memoryBytes) {}

  /**
   * Takes in an event, unless a later one of its container was taken in before, or it tells of a
   * container that is not asked for.
   *
   * @param started when each container of interest started
   */
  synchronized void accept(String event, Map<Place, Instant> started) {
    JsonNode node = parse(event);
    Place place = new Place(node.path("TaskId").asText(), node.path("ContainerName").asText());
    Instant start = started.get(place);
    boolean measured =
        node.path("CpuUtilized").isNumber() && node.path("MemoryUtilized").isNumber();
    if (start == null || !measured || !node.path("Timestamp").isNumber()) {
      return;
    }
    Instant at = Instant.ofEpochMilli(node.path("Timestamp").asLong());
    Figures before = latest.getOrDefault(place, new Figures(start, 0, 0));
    if (!at.isAfter(before.at())) {
      return;
    }
    double cores = Math.max(0, node.path("CpuUtilized").asDouble()) / CPU_UNITS_OF_A_CORE;
    latest.put(
        place,
        new Figures(
            at,
            before.cpuNanos() + cores * step(before.at(), at).toNanos(),
            node.path("MemoryUtilized").asLong() * MIB));
  }

  private static Duration step(Instant from, Instant to) {
    Duration step = Duration.between(from, to);
    return step.isNegative()
        ? Duration.ZERO
        : step.compareTo(LONGEST_STEP) > 0 ? LONGEST_STEP : step;
  }

  synchronized Optional<Figures> of(Place place) {
    return Optional.ofNullable(latest.get(place));
  }

  /** Forgets all others. */
  synchronized void retain(Set<Place> places) {
    latest.keySet().retainAll(places);
  }

  private static JsonNode parse(String event) {
    try {
      return JSON.readTree(event);
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
  }
}
