package dev.outrigger.simulator.lambda;

import java.time.Instant;

/** Where log lines go: CloudWatch Logs. Makes the group and the stream when they are missing. */
@FunctionalInterface
public interface LogLines {
  /** Appends one event; the stream's order is the order of calls. */
  void append(String region, String group, String stream, Instant time, String message);
}
