package dev.outrigger.provider;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which lines of a container's log are wanted.
 *
 * @param attempt which attempt ({@code kubectl logs --previous} asks for the one before), or which
 *     run ({@link Trait#CONTAINER_RESTARTS})
 * @param since leave out lines older than this
 * @param tailHint only so many lines at the end are wanted. A hint: a provider may use it to read
 *     less, and may also ignore it; the agent cuts to the exact number.
 * @param follow keep going until the container has ended and its last line is out
 */
public record LogQuery(
    PodAttempt attempt,
    String container,
    Optional<Instant> since,
    OptionalInt tailHint,
    boolean follow) {}
