package dev.outrigger.simulator.fault;

import java.time.Duration;

/** What can be made to go wrong. */
public sealed interface Fault {

  /** The call is refused as if over its quota; it has no effect. */
  record Throttle() implements Fault {}

  /** The call fails with that HTTP status; it has no effect. */
  record ServerError(int status) implements Fault {}

  /** The call is performed, then the connection is dropped without an answer. */
  record ResponseLost() implements Fault {}

  /** The call is performed that much later. */
  record Latency(Duration delay) implements Fault {}

  /**
   * RunTask answers with {@code failures} in place of tasks.
   *
   * @param reason such as {@code Capacity is unavailable at this time. Please try again later or in
   *     a different availability zone} or {@code RESOURCE:CPU}
   */
  record CapacityUnavailable(String reason) implements Fault {
    /** Fargate's own words. */
    public CapacityUnavailable() {
      this(
          "Capacity is unavailable at this time. Please try again later or in a different"
              + " availability zone");
    }
  }

  /** A running task is interrupted, that long after it reached RUNNING. */
  record SpotInterruption(Duration afterRunning) implements Fault {}

  /** The name that the journal shows. */
  default String label() {
    return getClass().getSimpleName();
  }
}
