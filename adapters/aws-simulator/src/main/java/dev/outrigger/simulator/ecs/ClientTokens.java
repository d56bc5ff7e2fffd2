package dev.outrigger.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.outrigger.simulator.service.AwsFault;
import dev.outrigger.simulator.service.Json;
import dev.outrigger.simulator.state.StateStore;
import dev.outrigger.simulator.state.StateTable;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** RunTask's client tokens: the same token in a cluster yields the same tasks, for 24 hours. */
final class ClientTokens {
  private static final Duration VALID = Duration.ofHours(24);

  private final StateTable table;
  private final Clock clock;

  /** Guarded by this. By cluster ARN and token. */
  private final Map<String, Used> used = new HashMap<>();

  private record Used(JsonNode parameters, List<String> arns, long time) {}

  ClientTokens(StateStore state, Clock clock) {
    this.table = state.table("ecs-client-tokens");
    this.clock = clock;
    table
        .restored()
        .forEach(
            (key, node) ->
                used.put(
                    key,
                    new Used(
                        node.path("parameters"),
                        Json.texts(node.path("tasks")),
                        node.path("time").asLong())));
  }

  /**
   * The tasks of an earlier request with this token, or those that the launch makes now. Requests
   * with the same token at the same time are made one after the other.
   *
   * @param launch yields the ARNs of new tasks; none are not remembered
   * @throws AwsFault ConflictException when the parameters differ
   */
  synchronized List<String> once(
      String clusterArn, String token, JsonNode parameters, Supplier<List<String>> launch) {
    String key = clusterArn + "\n" + token;
    Used before = used.get(key);
    long now = clock.millis();
    if (before != null && now - before.time() < VALID.toMillis()) {
      if (!before.parameters().equals(parameters)) {
        throw new AwsFault(
            400,
            "ConflictException",
            "The RunTask request could not be processed due to conflicts. The provided clientToken"
                + " is already in use with a different RunTask request.");
      }
      return before.arns();
    }
    List<String> arns = launch.get();
    if (!arns.isEmpty()) {
      used.put(key, new Used(parameters, arns, now));
      var node = Json.object().put("time", now);
      node.set("parameters", parameters);
      var list = node.putArray("tasks");
      arns.forEach(list::add);
      table.put(key, node);
    }
    return arns;
  }
}
