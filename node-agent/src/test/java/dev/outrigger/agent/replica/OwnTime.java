package dev.outrigger.agent.replica;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** One machine's clock, which passes when it is told to. */
final class OwnTime extends Clock {

  private volatile Instant now;

  OwnTime(String now) {
    this.now = Instant.parse(now);
  }

  OwnTime() {
    this("2026-01-01T00:00:00Z");
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  void passSeconds(long seconds) {
    pass(Duration.ofSeconds(seconds));
  }

  @Override
  public Instant instant() {
    return now;
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
