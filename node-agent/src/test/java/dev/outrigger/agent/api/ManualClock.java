package dev.outrigger.agent.api;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** One machine's clock, which passes when it is told to. */
public final class ManualClock extends Clock {

  private volatile Instant now;

  public ManualClock(String now) {
    this.now = Instant.parse(now);
  }

  public ManualClock() {
    this("2026-01-01T00:00:00Z");
  }

  public void pass(Duration time) {
    now = now.plus(time);
  }

  public void passSeconds(long seconds) {
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
