package dev.outrigger.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.aws.ApiBucket.Rate;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TokenBucketTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void theBurstIsFreeAndTheRestComesAtTheSustainedRate() {
    TokenBucket bucket = new TokenBucket(new Rate(20, 1), 0);
    for (int i = 0; i < 20; i++) {
      assertThat(bucket.reserve(0, LIMIT)).isZero();
    }
    assertThat(bucket.reserve(0, LIMIT)).isEqualTo(Duration.ofSeconds(1));
    assertThat(bucket.reserve(0, LIMIT)).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void aWaitBeyondTheLimitTakesNoToken() {
    TokenBucket bucket = new TokenBucket(new Rate(1, 1), 0);
    bucket.reserve(0, LIMIT);
    assertThat(bucket.reserve(0, Duration.ZERO)).isEqualTo(Duration.ofSeconds(1));
    assertThat(bucket.reserve(0, LIMIT)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void tokensComeBackUpToTheBurst() {
    TokenBucket bucket = new TokenBucket(new Rate(2, 1), 0);
    long later = Duration.ofHours(1).toNanos();
    assertThat(bucket.reserve(later, LIMIT)).isZero();
    assertThat(bucket.reserve(later, LIMIT)).isZero();
    assertThat(bucket.reserve(later, LIMIT)).isPositive();
  }

  @Test
  void throttlingSlowsItDownToAFifthAndAcceptanceSpeedsItUpAgain() {
    TokenBucket bucket = new TokenBucket(new Rate(10, 10), 0);
    long now = 0;
    for (int i = 0; i < 20; i++) {
      now += Duration.ofSeconds(1).toNanos();
      bucket.throttled(now);
    }
    assertThat(bucket.reserve(now, LIMIT)).isEqualTo(Duration.ofMillis(500));
    for (int i = 0; i < 50; i++) {
      bucket.accepted();
    }
    assertThat(bucket.reserve(now, LIMIT)).isEqualTo(Duration.ofMillis(200));
  }

  @Test
  void slowBucketIsBackAtItsRateAfterTenAcceptedCalls() {
    TokenBucket bucket = new TokenBucket(new Rate(1, 1), 0);
    long now = 0;
    for (int i = 0; i < 20; i++) {
      now += Duration.ofSeconds(1).toNanos();
      bucket.throttled(now);
    }
    for (int i = 0; i < 10; i++) {
      bucket.accepted();
    }
    assertThat(bucket.reserve(now, LIMIT)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void manyThrottledAnswersOfOneSecondSlowItOnlyOnce() {
    TokenBucket bucket = new TokenBucket(new Rate(10, 10), 0);
    for (int i = 0; i < 10; i++) {
      bucket.throttled(1);
    }
    assertThat(bucket.reserve(1, LIMIT)).isBetween(Duration.ofMillis(142), Duration.ofMillis(143));
  }
}
