package dev.outrigger.agent.resolve;

import java.math.BigDecimal;
import java.util.Map;

/**
 * What the downward API tells of the node.
 *
 * @param allocatable by resource name, in base units
 */
public record NodeFacts(String name, String hostIp, Map<String, BigDecimal> allocatable) {

  public NodeFacts {
    allocatable = Map.copyOf(allocatable);
  }
}
