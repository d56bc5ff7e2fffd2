package dev.outrigger.simulator.logs;

import java.util.ArrayList;
import java.util.List;

/** One stream: its events by timestamp, those of one instant in the order of arrival. */
final class LogStream {
  private final String name;
  private final long creationTime;

  /** Guarded by this. Ordered by timestamp, then sequence. */
  private final List<LogEvent> events = new ArrayList<>();

  LogStream(String name, long creationTime) {
    this.name = name;
    this.creationTime = creationTime;
  }

  String name() {
    return name;
  }

  long creationTime() {
    return creationTime;
  }

  synchronized void add(LogEvent event) {
    int at = events.size();
    while (at > 0 && events.get(at - 1).timestamp() > event.timestamp()) {
      at--;
    }
    events.add(at, event);
  }

  /** A copy of the events, oldest first. */
  synchronized List<LogEvent> events() {
    return List.copyOf(events);
  }
}
