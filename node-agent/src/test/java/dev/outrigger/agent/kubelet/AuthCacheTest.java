package dev.outrigger.agent.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AuthCacheTest {

  private final AtomicReference<Instant> now = new AtomicReference<>(TestNode.START);
  private final Clock clock = ((InstantSource) now::get).withZone(ZoneOffset.UTC);
  private final AtomicInteger asked = new AtomicInteger();

  private void pass(Duration time) {
    now.updateAndGet(i -> i.plus(time));
  }

  @Test
  void tokensAreAskedForAgainAfterTwoMinutes() throws Exception {
    Authenticator authenticator =
        new Authenticator(
            Optional.of(
                token -> {
                  asked.incrementAndGet();
                  return token.equals("good")
                      ? Optional.of(TestNode.user("reader"))
                      : Optional.empty();
                }),
            clock);
    for (String token : List.of("good", "bad")) {
      asked.set(0);
      for (int i = 0; i < 3; i++) {
        Optional<UserInfo> user =
            authenticator.authenticate(Optional.empty(), Optional.of("Bearer " + token));
        assertThat(user.isPresent()).isEqualTo(token.equals("good"));
        user.ifPresent(u -> assertThat(u.groups()).containsExactly("system:authenticated"));
      }
      assertThat(asked).hasValue(1);
      pass(Authenticator.LIFE);
      authenticator.authenticate(Optional.empty(), Optional.of("bearer " + token));
      assertThat(asked).hasValue(2);
    }
  }

  @Test
  void noIsForgottenSoonerThanYes() throws Exception {
    NodeAccess yes = new NodeAccess("n", "get", "proxy");
    NodeAccess no = new NodeAccess("n", "create", "proxy");
    Authorizer authorizer =
        new Authorizer(
            (user, access) -> {
              asked.incrementAndGet();
              return access.equals(yes);
            },
            clock);
    UserInfo user = TestNode.user("u");
    assertThat(authorizer.allowed(user, List.of(no))).isFalse();
    assertThat(authorizer.allowed(user, List.of(yes))).isTrue();
    assertThat(authorizer.allowed(user, List.of(no, yes))).isTrue();
    assertThat(asked).hasValue(2);
    pass(Authorizer.LIFE_OF_NO);
    authorizer.allowed(user, List.of(no, yes));
    assertThat(asked).hasValue(3);
    pass(Authorizer.LIFE_OF_YES.minus(Authorizer.LIFE_OF_NO));
    authorizer.allowed(user, List.of(yes));
    assertThat(asked).hasValue(4);
  }

  @Test
  void cacheIsBounded() {
    ExpiringCache<Integer, String> cache = new ExpiringCache<>(clock, 3);
    for (int i = 0; i < 100; i++) {
      cache.put(i, "v", Duration.ofMinutes(1));
      cache.get(0);
    }
    assertThat(cache.size()).isEqualTo(3);
    assertThat(cache.get(0)).contains("v");
    assertThat(cache.get(50)).isEmpty();
  }
}
