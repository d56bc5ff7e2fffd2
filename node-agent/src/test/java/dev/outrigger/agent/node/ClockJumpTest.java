package dev.outrigger.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;

/** A clock that is set back or forth makes no healthy node unreachable. */
class ClockJumpTest {

  private static final ZonedDateTime NOW =
      Instant.parse("2026-01-01T12:00:00Z").atZone(ZoneOffset.UTC);

  @Test
  void aLeaseIsRenewedWithTheTimeOfTheClock() {
    assertThat(NodeLease.later(NOW.minusSeconds(10), NOW)).isEqualTo(NOW);
    assertThat(NodeLease.later(null, NOW)).isEqualTo(NOW);
  }

  @Test
  void eachRenewalIsLaterThanTheOneBeforeAlsoWhenTheClockWasSetBack() {
    ZonedDateTime before = NOW.plusHours(1);
    for (int i = 0; i < 400; i++) {
      ZonedDateTime next = NodeLease.later(before, NOW.plusSeconds(10L * i));
      assertThat(next).isAfter(before);
      before = next;
    }
    assertThat(before).as("the clock has caught up").isEqualTo(NOW.plusSeconds(3990));
  }

  @Test
  void theStatusIsDueEveryFiveMinutesAndWhenTheLastReportLiesInTheFuture() {
    Instant reported = NOW.toInstant();

    assertThat(NodeRegistration.isDue(reported, reported)).isFalse();
    assertThat(NodeRegistration.isDue(reported, reported.plus(Duration.ofSeconds(299)))).isFalse();
    assertThat(NodeRegistration.isDue(reported, reported.plus(Duration.ofMinutes(5)))).isTrue();
    assertThat(NodeRegistration.isDue(reported, reported.minus(Duration.ofHours(1)))).isTrue();
    assertThat(NodeRegistration.isDue(Instant.EPOCH, reported)).isTrue();
  }
}
