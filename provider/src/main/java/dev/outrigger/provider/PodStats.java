package dev.outrigger.provider;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a Pod uses.
 *
 * @param at when it was measured
 * @param network of the whole Pod; empty when not measured
 */
public record PodStats(
    PodAttempt attempt,
    Instant at,
    List<ContainerStats> containers,
    Optional<NetworkStats> network) {

  public PodStats {
    containers = List.copyOf(containers);
  }

  /** Bytes since the Pod's start. */
  public record NetworkStats(long receivedBytes, long sentBytes) {}
}
