package dev.outrigger.aws;

import java.time.Duration;

/** How long a call to AWS may take in all. */
public enum CallTime {
  /** Anything that AWS answers at once. */
  SHORT(Duration.ofSeconds(20)),
  /** A synchronous invocation: a function's 900 s and what surrounds them. */
  INVOCATION(Duration.ofSeconds(930));

  private final Duration limit;

  CallTime(Duration limit) {
    this.limit = limit;
  }

  /** The deadline of the whole call, from connecting to the last byte of the answer. */
  public Duration limit() {
    return limit;
  }
}
