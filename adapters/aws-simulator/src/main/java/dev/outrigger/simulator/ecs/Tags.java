package dev.outrigger.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.outrigger.simulator.service.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** ECS's list form of tags, and what the API allows of them. */
final class Tags {
  /** API reference, Tag: 50 for a resource. */
  private static final int MOST = 50;

  private Tags() {}

  static Map<String, String> read(JsonNode list) {
    Map<String, String> tags = new LinkedHashMap<>();
    list.forEach(tag -> tags.put(tag.path("key").asText(), tag.path("value").asText()));
    if (tags.size() > MOST) {
      throw EcsFaults.invalid("Tags can not have more than " + MOST + " entries.");
    }
    return tags;
  }

  static ArrayNode write(Map<String, String> tags) {
    ArrayNode list = Json.array();
    tags.forEach((key, value) -> list.addObject().put("key", key).put("value", value));
    return list;
  }
}
