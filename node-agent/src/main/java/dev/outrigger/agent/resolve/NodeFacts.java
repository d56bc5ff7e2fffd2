package dev.outrigger.agent.resolve;

import java.math.BigDecimal;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What Pods are told of their node, and are judged by.
 *
 * @param labels as this agent sets them
 * @param clusterNetwork whether its containers reach the cluster addresses of Services
 * @param resources how much Pods may have, by resource name, in base units
 */
public record NodeFacts(
    String name,
    String hostIp,
    Map<String, String> labels,
    boolean clusterNetwork,
    Supplier<Map<String, BigDecimal>> resources) {

  public NodeFacts {
    labels = Map.copyOf(labels);
  }

  /** Of a node whose allocatable resources never change. */
  public NodeFacts(
      String name,
      String hostIp,
      Map<String, String> labels,
      boolean clusterNetwork,
      Map<String, BigDecimal> allocatable) {
    this(name, hostIp, labels, clusterNetwork, fixed(Map.copyOf(allocatable)));
  }

  private static Supplier<Map<String, BigDecimal>> fixed(Map<String, BigDecimal> allocatable) {
    return () -> allocatable;
  }

  /** How much Pods may have at present, by resource name, in base units. */
  public Map<String, BigDecimal> allocatable() {
    return resources.get();
  }
}
