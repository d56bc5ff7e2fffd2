package dev.outrigger.simulator.logs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.outrigger.simulator.service.Json;
import dev.outrigger.simulator.state.StateStore;
import dev.outrigger.simulator.state.StateTable;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Everything that was logged. One set for all regions: the simulator's workloads do not log across
 * regions. Thread-safe; writing never blocks on I/O.
 */
public final class LogGroups {
  private final Clock clock;
  private final StateTable table;
  private final ConcurrentSkipListMap<String, LogGroup> groups = new ConcurrentSkipListMap<>();
  private final AtomicLong sequence = new AtomicLong();

  /** Restores what an earlier run logged. */
  public LogGroups(StateStore state, Clock clock) {
    this.clock = clock;
    this.table = state.table("logs");
    table.restored().forEach(this::restore);
  }

  private void restore(String key, JsonNode value) {
    String group = value.path("group").asText();
    long created = value.path("created").asLong();
    LogGroup logGroup = groups.computeIfAbsent(group, name -> new LogGroup(name, created));
    if (!value.has("stream")) {
      return;
    }
    LogStream stream =
        logGroup
            .streams()
            .computeIfAbsent(value.get("stream").asText(), name -> new LogStream(name, created));
    if (value.has("message")) {
      long number = value.path("sequence").asLong();
      sequence.accumulateAndGet(number, Math::max);
      stream.add(
          new LogEvent(
              number,
              value.path("timestamp").asLong(),
              value.path("ingestion").asLong(),
              value.get("message").asText()));
    }
  }

  /**
   * Appends a line, making group and stream when they are missing.
   *
   * @param time the event's timestamp; kept in milliseconds
   * @param message one line without its line end
   */
  public void put(String group, String stream, Instant time, String message) {
    ensureStream(group, stream);
    append(group, stream, time.toEpochMilli(), message);
  }

  /** Makes the group when it is missing; true for the one call that made it. */
  public boolean ensureGroup(String group) {
    long now = clock.millis();
    // putIfAbsent, since this kind of map may call a computeIfAbsent's function for several callers
    if (groups.putIfAbsent(group, new LogGroup(group, now)) != null) {
      return false;
    }
    table.put("g/" + group, Json.object().put("group", group).put("created", now));
    return true;
  }

  /** Makes the group and the stream when they are missing; true for the one call that made it. */
  public boolean ensureStream(String group, String stream) {
    ensureGroup(group);
    LogGroup logGroup = groups.get(group);
    long now = clock.millis();
    if (logGroup == null
        || logGroup.streams().putIfAbsent(stream, new LogStream(stream, now)) != null) {
      return false;
    }
    table.put(
        "s/" + group + "\n" + stream,
        Json.object().put("group", group).put("stream", stream).put("created", now));
    return true;
  }

  /** Whether the group exists. */
  public boolean hasGroup(String group) {
    return groups.containsKey(group);
  }

  void append(String group, String stream, long timestamp, String message) {
    LogStream target = group(group).flatMap(g -> g.stream(stream)).orElse(null);
    if (target == null) {
      return;
    }
    LogEvent event = new LogEvent(sequence.incrementAndGet(), timestamp, clock.millis(), message);
    target.add(event);
    table.put(
        "e/" + event.sequence(),
        Json.object()
            .put("group", group)
            .put("stream", stream)
            .put("sequence", event.sequence())
            .put("timestamp", timestamp)
            .put("ingestion", event.ingestionTime())
            .put("message", message));
  }

  boolean delete(String group) {
    LogGroup removed = groups.remove(group);
    if (removed == null) {
      return false;
    }
    table.remove("g/" + group);
    removed
        .streams()
        .values()
        .forEach(
            stream -> {
              table.remove("s/" + group + "\n" + stream.name());
              stream.events().forEach(event -> table.remove("e/" + event.sequence()));
            });
    return true;
  }

  Optional<LogGroup> group(String name) {
    return Optional.ofNullable(groups.get(name));
  }

  Map<String, LogGroup> groups() {
    return groups;
  }
}
