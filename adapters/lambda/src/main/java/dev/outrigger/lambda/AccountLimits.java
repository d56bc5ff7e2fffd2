package dev.outrigger.lambda;

import dev.outrigger.aws.ApiBucket;
import dev.outrigger.provider.NodeState;
import dev.outrigger.provider.NodeStateSource;
import dev.outrigger.provider.ProviderException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.lambda.LambdaClient;

/**
 * How many Pods can run at once: as many as the node's account may run invocations at once in its
 * region, less what is reserved for single functions (GetAccountSettings). Asked once a minute.
 */
final class AccountLimits implements NodeStateSource {

  private static final Duration FRESH = Duration.ofMinutes(1);
  private static final Duration AGAIN = Duration.ofSeconds(10);

  private final LambdaClients clients;
  private final Clock clock;
  private NodeState known = NodeState.UNKNOWN; // guarded by this
  private Instant due = Instant.MIN; // guarded by this
  private Optional<String> trouble = Optional.empty(); // guarded by this

  AccountLimits(LambdaClients clients, Clock clock) {
    this.clients = clients;
    this.clock = clock;
  }

  /** Whoever may not ask knows no limit. */
  @Override
  public synchronized NodeState state() throws ProviderException {
    Instant now = clock.instant();
    if (!now.isBefore(due)) {
      due = now.plus(ask() ? FRESH : AGAIN);
    }
    if (trouble.isPresent()) {
      throw new ProviderException.Unavailable(trouble.get(), null);
    }
    return known;
  }

  /** Whether there was an answer, of whatever kind. */
  private boolean ask() throws ProviderException {
    trouble = Optional.empty();
    try {
      known = new NodeState(Map.of("pods", Integer.toString(unreserved())), List.of());
    } catch (ProviderException.PermissionDenied e) {
      known = NodeState.UNKNOWN;
    } catch (ProviderException.Unavailable e) {
      trouble = Optional.of(String.valueOf(e.getMessage()));
    }
    return trouble.isEmpty();
  }

  private int unreserved() throws ProviderException {
    LambdaClient lambda = clients.control(clients.node());
    return clients
        .calls(clients.node())
        .call(
            "lambda:GetAccountSettings",
            ApiBucket.LAMBDA_CONTROL,
            () -> lambda.getAccountSettings(r -> {}))
        .accountLimit()
        .unreservedConcurrentExecutions();
  }
}
