package dev.outrigger.testbed.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was seen of a case at each of its points: snapshots and outputs by the name that their step
 * gives them, and {@link #EVENTS}.
 */
public record Outcome(Map<String, JsonNode> points) {

  static final String EVENTS = "events";

  public Outcome {
    points = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(points));
  }

  JsonNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    points.forEach(json::set);
    return json;
  }
}
