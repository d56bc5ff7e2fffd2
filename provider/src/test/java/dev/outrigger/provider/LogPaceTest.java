package dev.outrigger.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogPaceTest {

  private Instant now = Instant.EPOCH;

  private final LogPace pace =
      new LogPace(
          new Clock() {
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
          });

  @Test
  void sameTroubleIsToldAtGrowingIntervals() {
    List<Long> minutes = new ArrayList<>();
    for (long second = 0; second < 4 * 3600; second += 2) {
      now = Instant.ofEpochSecond(second);
      if (pace.isDue("away")) {
        minutes.add(second / 60);
      }
    }

    assertThat(minutes).containsExactly(0L, 1L, 3L, 7L, 15L, 31L, 63L, 123L, 183L);
  }

  @Test
  void anotherTroubleAndANewOneAreToldAtOnce() {
    assertThat(pace.isDue("away")).isTrue();
    assertThat(pace.isDue("denied")).isTrue();
    now = now.plus(Duration.ofSeconds(2));
    assertThat(pace.isDue("denied")).isFalse();
    assertThat(pace.over()).isTrue();
    assertThat(pace.over()).isFalse();
    assertThat(pace.isDue("denied")).isTrue();
  }
}
