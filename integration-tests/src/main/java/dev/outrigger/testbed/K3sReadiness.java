package dev.outrigger.testbed;

import java.time.Duration;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/**
 * Until k3s says that it is ready, or has ended. Testcontainers' own strategy for log lines would
 * wait for those of a container that has ended until its time is over.
 */
final class K3sReadiness extends AbstractWaitStrategy {
  /** Of k3s's pkg/cli/server: without a node of its own it says nothing later than this. */
  private static final String READY = "k3s is up and running";

  private static final Duration BETWEEN = Duration.ofMillis(300);

  @Override
  protected void waitUntilReady() {
    long deadline = System.nanoTime() + startupTimeout.toNanos();
    while (!waitStrategyTarget.getLogs().contains(READY)) {
      if (!waitStrategyTarget.isRunning()) {
        throw new ContainerLaunchException("it has ended");
      }
      if (System.nanoTime() > deadline) {
        throw new ContainerLaunchException(
            "it was not ready after %d s".formatted(startupTimeout.toSeconds()));
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(BETWEEN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ContainerLaunchException("interrupted", e);
    }
  }
}
