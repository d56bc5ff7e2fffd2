package dev.outrigger.simulator.session;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A running container, as a session sees it.
 *
 * @param environment of its process
 * @param directory where commands start
 * @param addresses where its ports are, to be tried in this order
 * @param ended completes when the container has ended
 */
public record SessionTarget(
    Map<String, String> environment,
    Path directory,
    List<String> addresses,
    CompletableFuture<?> ended) {
  public SessionTarget {
    environment = Map.copyOf(environment);
    addresses = List.copyOf(addresses);
  }
}
