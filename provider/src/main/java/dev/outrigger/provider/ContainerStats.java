package dev.outrigger.provider;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * What a container uses; each figure is empty when it was not measured.
 *
 * @param cpuNanos CPU time since the container's start, in core-nanoseconds: never decreases during
 *     an attempt
 * @param workingSetBytes memory that cannot be reclaimed under pressure (the kernel's usage less
 *     inactive file pages): what {@code kubectl top} shows
 * @param usageBytes memory in use, file pages included
 * @param rssBytes anonymous memory
 * @param logBytes size of the log so far
 */
public record ContainerStats(
    String name,
    Instant startedAt,
    OptionalLong cpuNanos,
    OptionalLong workingSetBytes,
    OptionalLong usageBytes,
    OptionalLong rssBytes,
    OptionalLong logBytes) {}
