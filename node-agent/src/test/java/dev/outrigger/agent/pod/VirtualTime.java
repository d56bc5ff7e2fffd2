package dev.outrigger.agent.pod;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Time that passes when it is told to, and a clock that may be set apart from it. */
final class VirtualTime extends Clock {

  private Duration passed = Duration.ZERO;
  private Instant clock = Instant.parse("2026-01-01T00:00:00Z");
  private Instant latest = clock;
  private boolean set;

  /** Since the beginning, whatever the clock was set to. */
  Duration passed() {
    return passed;
  }

  /** The latest that the clock has shown. */
  Instant latest() {
    return latest;
  }

  void pass(Duration time) {
    passed = passed.plus(time);
    clock = clock.plus(time);
    latest = latest.isAfter(clock) ? latest : clock;
  }

  boolean wasSet() {
    return set;
  }

  void setClock(Duration by) {
    set = true;
    clock = clock.plus(by);
    latest = latest.isAfter(clock) ? latest : clock;
  }

  @Override
  public Instant instant() {
    return clock;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
