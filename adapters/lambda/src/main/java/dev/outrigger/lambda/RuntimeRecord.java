package dev.outrigger.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.Set;

/**
 * A handler's log call as Lambda's managed runtimes wrap it in the log format JSON. A handler that
 * writes the same keys by itself looks the same.
 *
 * @param error the type and the words of an error that was logged
 */
record RuntimeRecord(String requestId, String message, Optional<String> error) {

  /** Of the Python, Node.js and Java runtimes; a record with others is the handler's own. */
  private static final Set<String> KEYS =
      Set.of(
          "timestamp",
          "level",
          "message",
          "logger",
          "requestId",
          "AWSRequestId",
          "tenantId",
          "errorType",
          "errorMessage",
          "stackTrace",
          "location");

  static Optional<RuntimeRecord> of(JsonNode node) {
    String id = node.path("requestId").asText(node.path("AWSRequestId").asText(""));
    boolean wrapped =
        node instanceof ObjectNode object
            && object.propertyStream().allMatch(p -> KEYS.contains(p.getKey()))
            && node.has("timestamp")
            && node.has("level")
            && node.has("message");
    if (id.isEmpty() || !wrapped) {
      return Optional.empty();
    }
    JsonNode words = node.path("message");
    String message = words.isTextual() ? words.asText() : words.toString();
    boolean failed = node.path("level").asText().equals("ERROR") && node.has("errorType");
    return Optional.of(
        new RuntimeRecord(
            id,
            message,
            failed
                ? Optional.of(node.path("errorType").asText() + ": " + message)
                : Optional.empty()));
  }
}
