package dev.outrigger.lambda;

import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.ContainerState.Terminated;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import java.time.Duration;
import java.util.Optional;

/** What becomes of an attempt, waited for. */
final class Outcomes {

  static final Duration PATIENCE = Duration.ofMinutes(2);

  private Outcomes() {}

  /** Until AWS lets it. */
  static void createPatiently(Provider provider, PodWork work) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsMatching(
            e ->
                e instanceof ProviderException.Throttled
                    || e instanceof ProviderException.Unavailable)
        .until(() -> provider.create(work) != null);
  }

  static Terminated end(Provider provider, PodAttempt attempt) {
    return await()
        .atMost(PATIENCE)
        .ignoreExceptionsMatching(e -> e instanceof ProviderException)
        .until(() -> ended(provider, attempt), Optional::isPresent)
        .orElseThrow();
  }

  static Optional<Terminated> ended(Provider provider, PodAttempt attempt)
      throws ProviderException {
    return provider.list().stream()
        .filter(w -> w.attempt().equals(attempt) && w.isTerminated())
        .map(w -> (Terminated) w.containers().getFirst().state())
        .findFirst();
  }
}
