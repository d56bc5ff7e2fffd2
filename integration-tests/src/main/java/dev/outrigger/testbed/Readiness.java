package dev.outrigger.testbed;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** Waits until a control plane can be used. */
final class Readiness {
  private static final Duration BETWEEN = Duration.ofMillis(200);

  /** A server that has just started may take a connection and leave it without an answer. */
  private static final String ANSWER = "--request-timeout=10s";

  private static final Duration ONE_CALL = Duration.ofSeconds(60);

  private final Kubectl kubectl;
  private final Duration limit;

  Readiness(Kubectl kubectl, Duration limit) {
    this.kubectl = kubectl.within(ONE_CALL);
    this.limit = limit;
  }

  /** Until /readyz says so. */
  void awaitApiServer(List<ChildProcess> needed) {
    await(
        "the API server to be ready", needed, () -> kubectl.run("get", "--raw", "/readyz", ANSWER));
  }

  /** Until Pods are no longer refused for want of the ServiceAccount default/default. */
  void awaitDefaultServiceAccount(List<ChildProcess> needed) {
    await(
        "the ServiceAccount default/default",
        needed,
        () -> kubectl.run("get", "serviceaccount", "default", ANSWER));
  }

  private void await(String what, List<ChildProcess> needed, Supplier<CommandResult> check) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      CommandResult result = check.get();
      if (result.succeeded()) {
        return;
      }
      for (ChildProcess each : needed) {
        if (!each.isAlive()) {
          throw new EndedException(each + " ended while waiting for " + what);
        }
      }
      if (System.nanoTime() > deadline) {
        throw new TestbedException(
            "waited " + limit.toSeconds() + " s for " + what + ": " + result.errors());
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(BETWEEN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TestbedException("interrupted while waiting for the control plane", e);
    }
  }

  /** A process that was waited for has ended, perhaps since another one took its port. */
  static final class EndedException extends TestbedException {
    private static final long serialVersionUID = 1L;

    EndedException(String message) {
      super(message);
    }
  }
}
