package dev.outrigger.agent.probe;

import dev.outrigger.provider.PodAttempt;
import java.time.Instant;
import java.util.Optional;

/**
 * A running container, as probes see it.
 *
 * @param podIp empty when the backend gives none
 */
record ProbeTarget(
    PodAttempt attempt, String container, Instant startedAt, Optional<String> podIp) {}
