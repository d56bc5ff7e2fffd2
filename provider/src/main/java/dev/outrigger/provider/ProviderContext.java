package dev.outrigger.provider;

import java.time.Clock;

/**
 * What a provider is told of its surroundings.
 *
 * @param nodeName name of the virtual node, the owner mark of what it creates
 * @param clock for every decision about time
 */
public record ProviderContext(String nodeName, Clock clock) {}
