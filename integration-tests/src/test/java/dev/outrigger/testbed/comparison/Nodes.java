package dev.outrigger.testbed.comparison;

/**
 * Where the Pods go.
 *
 * @param node takes them
 * @param full has room for one
 */
public record Nodes(String node, String full) {}
