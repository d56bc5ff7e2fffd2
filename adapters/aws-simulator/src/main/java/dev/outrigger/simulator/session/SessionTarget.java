package dev.outrigger.simulator.session;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A running container, as a session sees it.
 *
 * @param shell starts commands in it
 * @param addresses where its ports are, to be tried in this order
 * @param ended completes when the container has ended
 */
public record SessionTarget(
    ContainerShell shell, List<String> addresses, CompletableFuture<?> ended) {
  public SessionTarget {
    addresses = List.copyOf(addresses);
  }
}
