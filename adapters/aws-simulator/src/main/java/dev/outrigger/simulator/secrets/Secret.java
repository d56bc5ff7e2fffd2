package dev.outrigger.simulator.secrets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One secret with its versions, newest last. Immutable; its text form never shows a value. */
record Secret(
    String arn,
    String name,
    String description,
    long created,
    long changed,
    Map<String, String> tags,
    List<Version> versions) {
  Secret {
    tags = Map.copyOf(tags);
    versions = List.copyOf(versions);
  }

  /**
   * A value.
   *
   * @param text the SecretString, or null
   * @param binary the SecretBinary in base 64, or null
   */
  record Version(String id, @Nullable String text, @Nullable String binary, long created) {
    @Override
    public String toString() {
      return "Version[" + id + "]";
    }
  }

  Version current() {
    return versions.getLast();
  }

  /** AWSCURRENT, AWSPREVIOUS, or none. */
  List<String> stages(Version version) {
    int fromEnd = versions.size() - 1 - versions.indexOf(version);
    return switch (fromEnd) {
      case 0 -> List.of("AWSCURRENT");
      case 1 -> List.of("AWSPREVIOUS");
      default -> List.of();
    };
  }

  Secret withVersion(Version version) {
    List<Version> more = new ArrayList<>(versions);
    more.add(version);
    return new Secret(arn, name, description, created, version.created(), tags, more);
  }

  Secret withTags(Map<String, String> added, long now) {
    Map<String, String> more = new HashMap<>(tags);
    more.putAll(added);
    return new Secret(arn, name, description, created, now, more, versions);
  }

  ObjectNode toState() {
    ObjectNode node =
        Json.object()
            .put("arn", arn)
            .put("name", name)
            .put("description", description)
            .put("created", created)
            .put("changed", changed);
    ObjectNode tagNode = node.putObject("tags");
    tags.forEach(tagNode::put);
    ArrayNode array = node.putArray("versions");
    for (Version version : versions) {
      array
          .addObject()
          .put("id", version.id())
          .put("text", version.text())
          .put("binary", version.binary())
          .put("created", version.created());
    }
    return node;
  }

  static Secret ofState(JsonNode node) {
    Map<String, String> tags = new HashMap<>();
    node.path("tags").properties().forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
    List<Version> versions = new ArrayList<>();
    for (JsonNode version : node.path("versions")) {
      versions.add(
          new Version(
              version.path("id").asText(),
              Json.text(version, "text").orElse(null),
              Json.text(version, "binary").orElse(null),
              version.path("created").asLong()));
    }
    return new Secret(
        node.path("arn").asText(),
        node.path("name").asText(),
        node.path("description").asText(),
        node.path("created").asLong(),
        node.path("changed").asLong(),
        tags,
        versions);
  }
}
