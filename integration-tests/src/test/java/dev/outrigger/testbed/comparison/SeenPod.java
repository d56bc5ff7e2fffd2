package dev.outrigger.testbed.comparison;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A Pod as last seen.
 *
 * @param gone whether it is deleted
 */
record SeenPod(JsonNode object, boolean gone) {

  String name() {
    return object.at("/metadata/name").asText();
  }

  /** In whole seconds. */
  String createdAt() {
    return object.at("/metadata/creationTimestamp").asText();
  }
}
