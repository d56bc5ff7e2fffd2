package dev.outrigger.ecs.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.UUID;

/** The JSON of the channel: the opening, the handshake, acknowledgements. Pure. */
final class Handshake {

  /**
   * The plugin's version that this client behaves like. By it the agent decides: from 1.1.70 on
   * ports are multiplexed, after 1.2.331.0 without keep-alive.
   */
  static final String CLIENT_VERSION = "1.2.707.0";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DONE = 1;
  private static final int FAILED = 2;

  private Handshake() {}

  /** The first message of a connection, as text. */
  static String opening(SessionTicket ticket, String clientId) {
    return write(
        JSON.createObjectNode()
            .put("MessageSchemaVersion", "1.0")
            .put("RequestId", UUID.randomUUID().toString())
            .put("TokenValue", ticket.token())
            .put("ClientId", clientId)
            .put("ClientVersion", CLIENT_VERSION));
  }

  /**
   * @param bytes the response to be sent
   * @param refused why the session cannot go on; empty when it can
   */
  record Response(byte[] bytes, String refused) {}

  /** Answers the agent's request. */
  static Response respond(byte[] request) throws IOException {
    ObjectNode response = JSON.createObjectNode().put("ClientVersion", CLIENT_VERSION);
    var processed = response.putArray("ProcessedClientActions");
    var errors = response.putArray("Errors");
    String refused = "";
    for (JsonNode action : JSON.readTree(request).path("RequestedClientActions")) {
      String type = action.path("ActionType").asText();
      ObjectNode answer = processed.addObject().put("ActionType", type);
      if ("SessionType".equals(type)) {
        answer.put("ActionStatus", DONE);
        continue;
      }
      refused =
          "KMSEncryption".equals(type)
              ? "sessions of this cluster or account are encrypted with a KMS key, which this"
                  + " client cannot do: take the key out of the cluster's"
                  + " executeCommandConfiguration, or of Session Manager's preferences for ports"
              : "the agent asks for " + type;
      answer.put("ActionStatus", FAILED).put("Error", refused);
      errors.add(refused);
    }
    return new Response(JSON.writeValueAsBytes(response), refused);
  }

  static byte[] acknowledgement(ChannelMessage message) {
    return bytes(
        JSON.createObjectNode()
            .put("AcknowledgedMessageType", message.type())
            .put("AcknowledgedMessageId", message.id().toString())
            .put("AcknowledgedMessageSequenceNumber", message.sequence())
            .put("IsSequentialMessage", true));
  }

  static long acknowledged(byte[] content) throws IOException {
    return JSON.readTree(content).path("AcknowledgedMessageSequenceNumber").asLong(-1);
  }

  /** What the agent says at the end; mostly nothing. */
  static String closingWords(byte[] content) throws IOException {
    return JSON.readTree(content).path("Output").asText("").strip();
  }

  static byte[] size(int columns, int rows) {
    return bytes(JSON.createObjectNode().put("cols", columns).put("rows", rows));
  }

  private static String write(ObjectNode node) {
    try {
      return JSON.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(ObjectNode node) {
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
