package dev.outrigger.lambda;

import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.testkit.ProviderContract;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;

/** The contract that every provider keeps, against the simulator. */
class LambdaContractTest extends ProviderContract {

  private static final SimulatedLambda AWS = new SimulatedLambda();

  @AfterAll
  static void stop() {
    AWS.close();
  }

  @Override
  protected Provider newProvider() {
    return AWS.provider("node-a");
  }

  @Override
  protected Optional<Provider> newProviderOfAnotherNode() {
    return Optional.of(AWS.provider("node-b"));
  }

  /** A dispatched invocation starts when its environment is ready: given a moment to. */
  @Override
  protected int startsOf(PodAttempt attempt) {
    Instant deadline = Instant.now().plusSeconds(20);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> AWS.starts(attempt) > 0 || Instant.now().isAfter(deadline));
    return AWS.starts(attempt);
  }

  @Override
  protected PodWork sleep(PodAttempt attempt) {
    return SimulatedLambda.pod(attempt, "{\"sleep\":50}");
  }

  @Override
  protected PodWork exit(PodAttempt attempt, int code) {
    return SimulatedLambda.pod(attempt, code == 0 ? "{}" : "{\"exit\":" + code + "}");
  }

  @Override
  protected PodWork print(PodAttempt attempt, String... lines) {
    return SimulatedLambda.pod(attempt, "{" + lines(lines) + "}");
  }

  @Override
  protected PodWork printAndSleep(PodAttempt attempt, String... lines) {
    return SimulatedLambda.pod(attempt, "{" + lines(lines) + ",\"sleep\":50}");
  }

  @Override
  protected Optional<PodWork> killsItself(PodAttempt attempt, String signal) {
    return signal.equals("KILL")
        ? Optional.of(SimulatedLambda.pod(attempt, "{\"kill\":9}"))
        : Optional.empty();
  }

  /** It is an invocation: {@link LambdaExecTest}. */
  @Override
  protected boolean execRunsPrograms() {
    return false;
  }

  /** Reports come at the end: {@link LambdaStatsTest}. */
  @Override
  protected boolean measuresWhatRuns() {
    return false;
  }

  private static String lines(String... lines) {
    return "\"lines\":[\"" + String.join("\",\"", lines) + "\"]";
  }
}
