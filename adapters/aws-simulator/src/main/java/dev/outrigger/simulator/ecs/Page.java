package dev.outrigger.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.Json;
import java.util.List;

/** Pages of a list of ARNs; the token is the last ARN of the page before. */
final class Page {
  /** API reference: between 1 and 100, 100 when not given. */
  private static final int MOST = 100;

  private Page() {}

  /** A page of values that have a stable order. */
  static ObjectNode of(JsonNode body, String member, List<String> all) {
    int most = body.path("maxResults").asInt(MOST);
    if (most < 1 || most > MOST) {
      throw EcsFaults.invalid("maxResults must be between 1 and 100.");
    }
    int from = Json.text(body, "nextToken").map(token -> after(all, token)).orElse(0);
    int to = Math.min(all.size(), from + most);
    ArrayNode page = Json.array();
    all.subList(from, to).forEach(page::add);
    ObjectNode answer = Json.object();
    answer.set(member, page);
    return to < all.size() ? answer.put("nextToken", all.get(to - 1)) : answer;
  }

  private static int after(List<String> all, String token) {
    int index = all.indexOf(token);
    if (index < 0) {
      throw EcsFaults.invalid("Invalid token.");
    }
    return index + 1;
  }
}
