package dev.outrigger.simulator.logs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One stream: its events by timestamp, those of one instant in the order of arrival. */
final class LogStream {
  /** API reference, GetLogEvents: a page holds up to 1 MB, 26 bytes beside each message. */
  private static final int PAGE_BYTES = 1_048_576;

  private static final int EVENT_OVERHEAD = 26;

  private final String name;
  private final long creationTime;

  /** Guarded by this. Ordered by position. */
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

  synchronized Optional<LogEvent> first() {
    return events.isEmpty() ? Optional.empty() : Optional.of(events.getFirst());
  }

  synchronized Optional<LogEvent> last() {
    return events.isEmpty() ? Optional.empty() : Optional.of(events.getLast());
  }

  /** The first events strictly between the two positions, up to limit and page size. */
  synchronized List<LogEvent> head(LogPosition after, LogPosition before, int limit) {
    int from = firstAfter(after);
    int bytes = 0;
    int to = from;
    while (to < events.size() && to - from < limit && events.get(to).position().isBefore(before)) {
      bytes += size(events.get(to));
      if (bytes > PAGE_BYTES && to > from) {
        break;
      }
      to++;
    }
    return List.copyOf(events.subList(from, to));
  }

  /** The last events strictly between the two positions, up to limit and page size. */
  synchronized List<LogEvent> tail(LogPosition after, LogPosition before, int limit) {
    int to = firstAfter(before);
    while (to > 0 && !events.get(to - 1).position().isBefore(before)) {
      to--;
    }
    int bytes = 0;
    int from = to;
    while (from > 0 && to - from < limit && after.isBefore(events.get(from - 1).position())) {
      bytes += size(events.get(from - 1));
      if (bytes > PAGE_BYTES && to > from) {
        break;
      }
      from--;
    }
    return List.copyOf(events.subList(from, to));
  }

  private static int size(LogEvent event) {
    return event.message().getBytes(StandardCharsets.UTF_8).length + EVENT_OVERHEAD;
  }

  /** Binary search; called under the lock. */
  private int firstAfter(LogPosition position) {
    int low = 0;
    int high = events.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (position.isBefore(events.get(middle).position())) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
