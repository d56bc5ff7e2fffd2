package dev.outrigger.agent.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A {@link SteadyClock} that also counts the time for which the machine was suspended: Linux tells
 * it as {@code /proc/uptime} (CLOCK_BOOTTIME), while {@link System#nanoTime} stands still
 * meanwhile. Where there is no such file it is as good as the steady clock. A virtual machine that
 * its host had paused may know nothing of that time, and then no clock of it does.
 */
public final class BootClock extends Clock {

  private static final Path UPTIME = Path.of("/proc/uptime");

  private final Clock steady = new SteadyClock();
  private final Instant begin = steady.instant();
  private final double beginUptime = uptime();

  @Override
  public Instant instant() {
    Instant now = steady.instant();
    if (beginUptime == 0) {
      return now;
    }
    long millis = (long) ((uptime() - beginUptime) * 1000);
    Instant withSuspension = begin.plus(Duration.ofMillis(millis));
    return withSuspension.isAfter(now) ? withSuspension : now;
  }

  /** Seconds since the machine was started, in hundredths; 0 where nobody tells. */
  private static double uptime() {
    try {
      String text = Files.readString(UPTIME);
      return Double.parseDouble(text.substring(0, text.indexOf(' ')));
    } catch (IOException | RuntimeException e) {
      return 0;
    }
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
