package dev.outrigger.ecs;

import dev.outrigger.aws.ApiBucket;
import dev.outrigger.aws.AwsCalls;
import dev.outrigger.provider.ProviderException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.servicequotas.ServiceQuotasClient;
import software.amazon.awssdk.services.servicequotas.model.ServiceQuota;

/**
 * How many vCPUs all tasks on Fargate may have together, in the node's account and region: the
 * account's quota, or AWS's default for accounts that never asked for another. Asked every ten
 * minutes. Source: "Amazon ECS endpoints and quotas", AWS General Reference; Service Quotas API
 * Reference. Safe for concurrent use.
 */
final class FargateQuota {

  private static final Logger LOG = LoggerFactory.getLogger(FargateQuota.class);

  private static final String SERVICE = "fargate";
  private static final Duration FRESH = Duration.ofMinutes(10);
  private static final Duration AGAIN = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Supplier<ServiceQuotasClient> client;
  private final AwsCalls calls;
  private final String code;
  private final Clock clock;
  private volatile Optional<String> vcpus = Optional.empty();
  private @Nullable Future<?> first; // guarded by this
  private Instant due = Instant.MIN; // guarded by this

  FargateQuota(
      Supplier<ServiceQuotasClient> client, AwsCalls calls, EcsConfig.Launch launch, Clock clock) {
    this.client = client;
    this.calls = calls;
    this.code =
        switch (launch) {
          case FARGATE -> "L-3032A538";
          case FARGATE_SPOT -> "L-36FBB829";
        };
    this.clock = clock;
  }

  /**
   * Waits for the first answer, for two seconds at most: in a network that reaches ECS by a private
   * endpoint, Service Quotas may never answer.
   *
   * @return as {@code NodeState} has it: empty until there was an answer, also for whoever may not
   *     ask. An answer stands while later questions fail: ECS says whether anything can be run
   */
  Map<String, String> allocatable() {
    try {
      var _ = asked().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.atDebug().addKeyValue("quota", code).log("Service Quotas has not answered yet");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    return vcpus.map(cpu -> Map.of("cpu", cpu)).orElse(Map.of());
  }

  /** Done when the first question has been answered; asks again when it is time. */
  private synchronized Future<?> asked() {
    Instant now = clock.instant();
    if (!now.isBefore(due)) {
      due = now.plus(AGAIN);
      FutureTask<@Nullable Void> question = new FutureTask<>(this::ask, null);
      Thread.ofVirtual().name("fargate-quota").start(question);
      first = first == null ? question : first;
    }
    return Objects.requireNonNull(first);
  }

  private void ask() {
    try {
      vcpus = Optional.of(BigDecimal.valueOf(quota().value()).stripTrailingZeros().toPlainString());
      answered();
    } catch (ProviderException e) {
      LOG.atDebug()
          .addKeyValue("quota", code)
          .addKeyValue("reason", e.getMessage())
          .log("the quota of Fargate is not known");
    }
  }

  private synchronized void answered() {
    due = clock.instant().plus(FRESH);
  }

  private ServiceQuota quota() throws ProviderException {
    try {
      return calls.call(
          "servicequotas:GetServiceQuota",
          ApiBucket.SERVICE_QUOTAS,
          () -> client.get().getServiceQuota(r -> r.serviceCode(SERVICE).quotaCode(code)).quota());
    } catch (ProviderException.NotFound e) {
      return calls.call(
          "servicequotas:GetAWSDefaultServiceQuota",
          ApiBucket.SERVICE_QUOTAS,
          () ->
              client
                  .get()
                  .getAWSDefaultServiceQuota(r -> r.serviceCode(SERVICE).quotaCode(code))
                  .quota());
    }
  }
}
