package dev.outrigger.provider;

import java.time.Duration;

/**
 * One run of a container that is to end, while the rest of its Pod goes on ({@link
 * Provider#stopContainer}).
 *
 * @param run its number is that of the attempt and of the container's restarts in it together: this
 *     run is meant, and none before or after it
 * @param grace how long it may take after the stop signal; zero kills at once
 * @param again whether it is started again whatever its exit code; if not, that is decided as after
 *     an end of its own
 */
public record ContainerStop(PodAttempt run, String container, Duration grace, boolean again) {}
