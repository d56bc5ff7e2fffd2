package dev.outrigger.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.provider.ContainerState.Terminated;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Claim events as one JSON object a line. */
final class ClaimCodec {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ClaimCodec() {}

  static String write(ClaimEvent event) {
    ObjectNode node = JSON.createObjectNode();
    switch (event) {
      case ClaimEvent.Claimed e -> details(node.put("event", "claimed"), e.details());
      case ClaimEvent.Sending e -> node.put("event", "sending").put("at", e.at().toString());
      case ClaimEvent.NotRun e -> node.put("event", "notRun").put("at", e.at().toString());
      case ClaimEvent.Deleting e ->
          node.put("event", "deleting").put("until", e.until().toString());
      case ClaimEvent.Finished e -> ended(node.put("event", "finished"), e.ended());
    }
    return node.toString();
  }

  /** Empty for a line that this version does not know. */
  static Optional<ClaimEvent> read(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      return switch (node.path("event").asText("")) {
        case "claimed" -> Optional.of(new ClaimEvent.Claimed(details(node)));
        case "sending" -> Optional.of(new ClaimEvent.Sending(time(node, "at")));
        case "notRun" -> Optional.of(new ClaimEvent.NotRun(time(node, "at")));
        case "deleting" -> Optional.of(new ClaimEvent.Deleting(time(node, "until")));
        case "finished" -> Optional.of(new ClaimEvent.Finished(ended(node)));
        default -> Optional.empty();
      };
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static void details(ObjectNode node, Claim.Details d) {
    node.put("uid", d.attempt().key().uid())
        .put("namespace", d.attempt().key().namespace())
        .put("name", d.attempt().key().name())
        .put("attempt", d.attempt().number())
        .put("container", d.container())
        .put("function", d.function())
        .put("logGroup", d.logGroup())
        .put("region", d.region())
        .put("timeoutSeconds", d.timeoutSeconds())
        .put("logAnswer", d.logAnswer());
    d.qualifier().ifPresent(q -> node.put("qualifier", q));
    if (d.ownKeys()) {
      node.put("ownKeys", true);
    }
    d.warning().ifPresent(w -> node.put("warning", w));
  }

  private static Claim.Details details(JsonNode node) {
    return new Claim.Details(
        new PodAttempt(
            new PodKey(
                node.path("uid").asText(),
                node.path("namespace").asText(),
                node.path("name").asText()),
            node.path("attempt").asInt()),
        node.path("container").asText(),
        node.path("function").asText(),
        text(node, "qualifier"),
        node.path("ownKeys").asBoolean(),
        node.path("logGroup").asText(),
        node.path("region").asText(),
        node.path("timeoutSeconds").asInt(),
        node.path("logAnswer").asBoolean(),
        text(node, "warning"));
  }

  private static void ended(ObjectNode node, Claim.Ended ended) {
    Terminated state = ended.state();
    state.exitCode().ifPresent(c -> node.put("exitCode", c));
    node.put("reason", state.reason()).put("message", state.message());
    state.startedAt().ifPresent(s -> node.put("startedAt", s.toString()));
    node.put("finishedAt", state.finishedAt().toString());
    ended.requestId().ifPresent(id -> node.put("requestId", id));
    ended.answer().ifPresent(a -> node.put("answer", a));
    ended.peakMemory().ifPresent(m -> node.put("peakMemory", m));
  }

  private static Claim.Ended ended(JsonNode node) {
    return new Claim.Ended(
        new Terminated(
            node.has("exitCode")
                ? OptionalInt.of(node.path("exitCode").asInt())
                : OptionalInt.empty(),
            node.path("reason").asText(),
            node.path("message").asText(),
            text(node, "startedAt").map(Instant::parse),
            time(node, "finishedAt")),
        text(node, "requestId"),
        text(node, "answer"),
        node.has("peakMemory")
            ? OptionalLong.of(node.path("peakMemory").asLong())
            : OptionalLong.empty());
  }

  private static Instant time(JsonNode node, String field) {
    return text(node, field).map(Instant::parse).orElse(Instant.EPOCH);
  }

  private static Optional<String> text(JsonNode node, String field) {
    return Optional.ofNullable(node.get(field)).map(JsonNode::asText);
  }
}
