package dev.outrigger.agent.resolve;

import dev.outrigger.provider.SensitiveText;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the API server (TokenRequest) and remembers, in memory only, until 80 % of a token's life or
 * 24 hours have passed, as the kubelet's token manager (pkg/kubelet/token/token_manager.go). A
 * renewal that fails leaves the old token in use while that holds.
 */
public final class ApiTokenSource implements TokenSource {

  private static final Logger LOG = LoggerFactory.getLogger(ApiTokenSource.class);
  private static final Duration LONGEST_USE = Duration.ofHours(24);
  private static final long JITTER_MILLIS = 10_000;

  private record Issued(SensitiveText token, Instant renewal, Instant end) {}

  private final Function<Order, TokenRequest> api;
  private final Clock clock;
  private final Map<Order, Issued> issued = new ConcurrentHashMap<>();

  public ApiTokenSource(KubernetesClient client, Clock clock) {
    this(order -> ask(client, order), clock);
  }

  ApiTokenSource(Function<Order, TokenRequest> api, Clock clock) {
    this.api = api;
    this.clock = clock;
  }

  @Override
  public SensitiveText token(Order order) throws UnresolvedException {
    Instant now = clock.instant();
    issued.values().removeIf(i -> !now.isBefore(i.end));
    Optional<Issued> known = Optional.ofNullable(issued.get(order));
    if (known.filter(k -> now.isBefore(k.renewal)).isPresent()) {
      return known.get().token;
    }
    try {
      Issued fresh = issued(order, api.apply(order));
      issued.put(order, fresh);
      return fresh.token;
    } catch (KubernetesClientException e) {
      if (known.isPresent()) {
        LOG.atWarn()
            .addKeyValue("pod", order.pod().namespacedName())
            .addKeyValue("error", e.getMessage())
            .log("a service account's token is not renewed yet");
        return known.get().token;
      }
      if (e.getStatus() == null || e.getStatus().getMessage() == null) {
        throw e;
      }
      throw new UnresolvedException("failed to fetch token: " + e.getStatus().getMessage());
    }
  }

  private static Issued issued(Order order, TokenRequest answer) {
    Instant end = Instant.parse(answer.getStatus().getExpirationTimestamp());
    Long given = answer.getSpec() == null ? null : answer.getSpec().getExpirationSeconds();
    Duration life = Duration.ofSeconds(given == null ? order.expirationSeconds() : given);
    Instant renewal = end.minus(life.dividedBy(5));
    Instant latest = end.minus(life).plus(LONGEST_USE);
    Duration jitter = Duration.ofMillis(ThreadLocalRandom.current().nextLong(JITTER_MILLIS));
    return new Issued(
        SensitiveText.sensitive(answer.getStatus().getToken()),
        (latest.isBefore(renewal) ? latest : renewal).minus(jitter),
        end);
  }

  private static TokenRequest ask(KubernetesClient client, Order order) {
    TokenRequest request =
        new TokenRequestBuilder()
            .withNewSpec()
            .withExpirationSeconds(order.expirationSeconds())
            .withNewBoundObjectRef()
            .withApiVersion("v1")
            .withKind("Pod")
            .withName(order.pod().name())
            .withUid(order.pod().uid())
            .endBoundObjectRef()
            .endSpec()
            .build();
    if (!order.audience().isEmpty()) {
      request.getSpec().setAudiences(java.util.List.of(order.audience()));
    }
    return client
        .serviceAccounts()
        .inNamespace(order.pod().namespace())
        .withName(order.serviceAccount())
        .tokenRequest(request);
  }
}
