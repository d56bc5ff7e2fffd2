package dev.outrigger.simulator.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** JSON reading and writing as the AWS JSON protocols need it. */
public final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** An empty object. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** An empty array. */
  public static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  /**
   * Reads a body; an empty one is {@code {}}.
   *
   * @throws AwsFault SerializationException when it is no JSON
   */
  public static JsonNode read(byte[] body) {
    if (body.length == 0) {
      return object();
    }
    try {
      return MAPPER.readTree(body);
    } catch (IOException e) {
      throw new AwsFault(400, "SerializationException", "the body is not JSON");
    }
  }

  /** Reads text that this program wrote. */
  public static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a node. */
  public static byte[] write(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A text member, when present and not null. */
  public static Optional<String> text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value.asText());
  }

  /**
   * A required text member.
   *
   * @throws AwsFault InvalidParameterException when it is absent or empty
   */
  public static String required(JsonNode node, String field) {
    return text(node, field)
        .filter(value -> !value.isEmpty())
        .orElseThrow(() -> new AwsFault(400, "InvalidParameterException", field + " is required"));
  }

  /** A list of texts; absent reads as empty. */
  public static List<String> texts(JsonNode array) {
    List<String> values = new ArrayList<>();
    array.forEach(value -> values.add(value.asText()));
    return List.copyOf(values);
  }

  /** A time as the JSON protocols carry it: seconds since the epoch with milliseconds. */
  public static double seconds(Instant time) {
    return time.toEpochMilli() / 1000.0;
  }
}
