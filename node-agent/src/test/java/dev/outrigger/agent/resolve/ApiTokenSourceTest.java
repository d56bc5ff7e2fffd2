package dev.outrigger.agent.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.SensitiveText;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The kubelet's token manager, case by case. */
class ApiTokenSourceTest {

  private static final PodKey POD = new PodKey("u-1", "ns", "p");

  private Instant now = Instant.parse("2026-01-31T12:00:00Z");
  private final AtomicInteger given = new AtomicInteger();
  private boolean refusing;
  private final ApiTokenSource source = new ApiTokenSource(this::answer, new Now());

  @Test
  void aTokenIsUsedForFourFifthsOfItsLifeAndThenRenewed() throws Exception {
    assertThat(token(order(3600))).isEqualTo("token-1");
    now = now.plus(Duration.ofMinutes(47));
    assertThat(token(order(3600))).isEqualTo("token-1");
    now = now.plus(Duration.ofMinutes(1));
    assertThat(token(order(3600))).isEqualTo("token-2");
  }

  @Test
  void aTokenForLongIsRenewedAfterADay() throws Exception {
    token(order(Duration.ofDays(30).toSeconds()));
    now = now.plus(Duration.ofHours(23));
    assertThat(token(order(Duration.ofDays(30).toSeconds()))).isEqualTo("token-1");
    now = now.plus(Duration.ofHours(1));
    assertThat(token(order(Duration.ofDays(30).toSeconds()))).isEqualTo("token-2");
  }

  @Test
  void eachPodAudienceAndLifeHasATokenOfItsOwn() throws Exception {
    assertThat(token(order(3600))).isEqualTo("token-1");
    assertThat(token(order(600))).isEqualTo("token-2");
    assertThat(token(new TokenSource.Order(POD, "worker", "vault", 3600))).isEqualTo("token-3");
    PodKey other = new PodKey("u-2", "ns", "p");
    assertThat(token(new TokenSource.Order(other, "worker", "", 3600))).isEqualTo("token-4");
  }

  @Test
  void aRenewalThatFailsLeavesTheOldTokenWhileItHolds() throws Exception {
    token(order(3600));
    refusing = true;
    now = now.plus(Duration.ofMinutes(55));
    assertThat(token(order(3600))).isEqualTo("token-1");
    now = now.plus(Duration.ofMinutes(5));
    assertThatThrownBy(() -> token(order(3600)))
        .isInstanceOf(UnresolvedException.class)
        .hasMessage("failed to fetch token: serviceaccounts \"worker\" not found");
  }

  @Test
  void aTokenIsNotShownByAccident() throws Exception {
    SensitiveText token = source.token(order(3600));

    assertThat(token.toString()).doesNotContain("token-1");
  }

  private String token(TokenSource.Order order) throws UnresolvedException {
    return source.token(order).reveal();
  }

  private static TokenSource.Order order(long seconds) {
    return new TokenSource.Order(POD, "worker", "", seconds);
  }

  private TokenRequest answer(TokenSource.Order order) {
    if (refusing) {
      throw new KubernetesClientException(
          new StatusBuilder()
              .withCode(404)
              .withMessage("serviceaccounts \"worker\" not found")
              .build());
    }
    return new TokenRequestBuilder()
        .withNewSpec()
        .withExpirationSeconds(order.expirationSeconds())
        .endSpec()
        .withNewStatus()
        .withToken("token-" + given.incrementAndGet())
        .withExpirationTimestamp(now.plusSeconds(order.expirationSeconds()).toString())
        .endStatus()
        .build();
  }

  private final class Now extends Clock {
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
}
