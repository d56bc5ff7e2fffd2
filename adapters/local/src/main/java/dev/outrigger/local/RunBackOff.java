package dev.outrigger.local;

import java.time.Duration;

/**
 * How long a container that has ended waits to be started again: the first time not at all, then as
 * long as {@code first}, doubling to {@code longest}; a run longer than {@code forgiven} starts
 * over (pkg/kubelet: client-go's flowcontrol.Backoff).
 */
record RunBackOff(Duration first, Duration longest, Duration forgiven) {

  static final RunBackOff OF_KUBELET =
      new RunBackOff(Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofMinutes(10));

  /** For the supervisor, in milliseconds. */
  String line() {
    return "%d %d %d\n".formatted(first.toMillis(), longest.toMillis(), forgiven.toMillis());
  }
}
