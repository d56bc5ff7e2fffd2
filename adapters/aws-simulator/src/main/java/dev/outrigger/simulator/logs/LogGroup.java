package dev.outrigger.simulator.logs;

import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** One group and its streams by name. */
final class LogGroup {
  private final String name;
  private final long creationTime;
  private final ConcurrentSkipListMap<String, LogStream> streams = new ConcurrentSkipListMap<>();

  LogGroup(String name, long creationTime) {
    this.name = name;
    this.creationTime = creationTime;
  }

  String name() {
    return name;
  }

  long creationTime() {
    return creationTime;
  }

  ConcurrentSkipListMap<String, LogStream> streams() {
    return streams;
  }

  Optional<LogStream> stream(String streamName) {
    return Optional.ofNullable(streams.get(streamName));
  }
}
