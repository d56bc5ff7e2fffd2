package dev.outrigger.agent.resolve;

import java.math.BigDecimal;
import java.util.Map;

/**
 * What Pods are told of their node, and are judged by.
 *
 * @param labels as this agent sets them
 * @param clusterNetwork whether its containers reach the cluster addresses of Services
 * @param allocatable by resource name, in base units
 */
public record NodeFacts(
    String name,
    String hostIp,
    Map<String, String> labels,
    boolean clusterNetwork,
    Map<String, BigDecimal> allocatable) {

  public NodeFacts {
    labels = Map.copyOf(labels);
    allocatable = Map.copyOf(allocatable);
  }
}
