package dev.outrigger.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.Json;
import dev.outrigger.simulator.state.StateStore;
import dev.outrigger.simulator.state.StateTable;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Families and revisions. Thread-safe; stored nodes are replaced, never changed. */
final class TaskDefinitions {
  private static final List<String> OWN_MEMBERS =
      List.of(
          "family",
          "taskRoleArn",
          "executionRoleArn",
          "networkMode",
          "cpu",
          "memory",
          "pidMode",
          "ipcMode",
          "proxyConfiguration",
          "runtimePlatform",
          "ephemeralStorage",
          "requiresCompatibilities");

  private final StateTable table;
  private final Clock clock;

  /** Guarded by this. By ARN. */
  private final Map<String, JsonNode> byArn = new TreeMap<>();

  TaskDefinitions(StateStore state, Clock clock) {
    this.table = state.table("ecs-task-definitions");
    this.clock = clock;
    byArn.putAll(table.restored());
  }

  synchronized ObjectNode register(JsonNode body, Arns arns) {
    TaskDefinitionChecks.check(body);
    String family = body.path("family").asText();
    int revision = revisions(family, arns).stream().mapToInt(this::revision).max().orElse(0) + 1;
    ObjectNode node = Json.object().put("revision", revision).put("status", "ACTIVE");
    String arn = arns.taskDefinition(family, revision);
    node.put("taskDefinitionArn", arn);
    OWN_MEMBERS.forEach(
        member -> Optional.ofNullable(body.get(member)).ifPresent(v -> node.set(member, v)));
    var containers = node.putArray("containerDefinitions");
    body.path("containerDefinitions").forEach(c -> containers.add(withDefaults(c)));
    node.set("volumes", body.has("volumes") ? body.get("volumes") : Json.array());
    node.set("requiresAttributes", Json.array());
    node.set(
        "placementConstraints",
        body.has("placementConstraints") ? body.get("placementConstraints") : Json.array());
    boolean fargate = Json.texts(body.path("requiresCompatibilities")).contains("FARGATE");
    var compatibilities = node.putArray("compatibilities").add("EC2");
    if (fargate) {
      compatibilities.add("FARGATE");
    }
    node.put("registeredAt", Json.seconds(clock.instant()))
        .put("registeredBy", "arn:aws:iam::" + arns.accountId() + ":user/simulator");
    node.set("tags", Tags.write(Tags.read(body.path("tags"))));
    store(arn, node);
    return answer(node, true);
  }

  private static ObjectNode withDefaults(JsonNode container) {
    ObjectNode node = container.deepCopy();
    for (String list : List.of("portMappings", "environment", "mountPoints", "volumesFrom")) {
      if (!node.has(list)) {
        node.putArray(list);
      }
    }
    if (!node.has("systemControls")) {
      node.putArray("systemControls");
    }
    if (!node.has("cpu")) {
      node.put("cpu", 0);
    }
    if (!node.has("essential")) {
      node.put("essential", true);
    }
    return node;
  }

  /** Called under the lock. */
  private void store(String arn, JsonNode node) {
    byArn.put(arn, node);
    table.put(arn, node);
  }

  private int revision(JsonNode node) {
    return node.path("revision").asInt();
  }

  /** Called under the lock; oldest first. */
  private List<JsonNode> revisions(String family, Arns arns) {
    String prefix = arns.taskDefinition(family, 0).replaceAll("0$", "");
    return byArn.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(prefix))
        .map(Map.Entry::getValue)
        .sorted(Comparator.comparingInt(this::revision))
        .toList();
  }

  /** By ARN, family:revision, or family for the newest active one. */
  synchronized Optional<JsonNode> find(String id, Arns arns) {
    if (id.startsWith("arn:")) {
      return Optional.ofNullable(byArn.get(id));
    }
    int colon = id.indexOf(':');
    if (colon >= 0) {
      return Optional.ofNullable(
          byArn.get(
              arns.taskDefinition(id.substring(0, colon), 0).replaceAll("0$", "")
                  + id.substring(colon + 1)));
    }
    return revisions(id, arns).reversed().stream().filter(TaskDefinitions::isActive).findFirst();
  }

  static boolean isActive(JsonNode node) {
    return node.path("status").asText().equals("ACTIVE");
  }

  ObjectNode describe(JsonNode body, Arns arns) {
    JsonNode node =
        find(Json.required(body, "taskDefinition"), arns)
            .orElseThrow(() -> EcsFaults.client("Unable to describe task definition."));
    return answer(node, Json.texts(body.path("include")).contains("TAGS"));
  }

  synchronized ObjectNode deregister(JsonNode body, Arns arns) {
    String id = Json.required(body, "taskDefinition");
    if (!Arns.name(id).contains(":")) {
      throw EcsFaults.invalid("Invalid revision number. Number: null");
    }
    ObjectNode node =
        find(id, arns)
            .orElseThrow(() -> EcsFaults.client("The specified task definition does not exist."))
            .deepCopy();
    node.put("status", "INACTIVE").put("deregisteredAt", Json.seconds(clock.instant()));
    store(node.path("taskDefinitionArn").asText(), node);
    return answer(node, false);
  }

  synchronized ObjectNode list(JsonNode body, Arns arns) {
    String prefix = Json.text(body, "familyPrefix").orElse("");
    String status = Json.text(body, "status").orElse("ACTIVE");
    List<String> found =
        new ArrayList<>(
            inRegion(arns)
                .filter(node -> prefix.isEmpty() || node.path("family").asText().equals(prefix))
                .filter(node -> node.path("status").asText().equals(status))
                .sorted(
                    Comparator.comparing((JsonNode node) -> node.path("family").asText())
                        .thenComparingInt(this::revision))
                .map(node -> node.path("taskDefinitionArn").asText())
                .toList());
    boolean descending = Json.text(body, "sort").orElse("ASC").equals("DESC");
    return Page.of(body, "taskDefinitionArns", descending ? found.reversed() : found);
  }

  synchronized ObjectNode families(JsonNode body, Arns arns) {
    String prefix = Json.text(body, "familyPrefix").orElse("");
    String status = Json.text(body, "status").orElse("ALL");
    TreeSet<String> active = new TreeSet<>();
    TreeSet<String> all = new TreeSet<>();
    inRegion(arns)
        .filter(node -> node.path("family").asText().startsWith(prefix))
        .forEach(
            node -> {
              all.add(node.path("family").asText());
              if (isActive(node)) {
                active.add(node.path("family").asText());
              }
            });
    TreeSet<String> chosen = status.equals("ACTIVE") ? active : all;
    if (status.equals("INACTIVE")) {
      chosen.removeAll(active);
    }
    return Page.of(body, "families", List.copyOf(chosen));
  }

  /** Called under the lock. */
  private java.util.stream.Stream<JsonNode> inRegion(Arns arns) {
    String region = ":" + arns.region() + ":";
    return byArn.entrySet().stream()
        .filter(entry -> entry.getKey().contains(region))
        .map(Map.Entry::getValue);
  }

  synchronized Optional<Map<String, String>> tags(String arn) {
    return Optional.ofNullable(byArn.get(arn)).map(node -> Tags.read(node.path("tags")));
  }

  synchronized boolean setTags(String arn, Map<String, String> tags) {
    JsonNode node = byArn.get(arn);
    if (node == null) {
      return false;
    }
    ObjectNode changed = node.deepCopy();
    changed.set("tags", Tags.write(tags));
    store(arn, changed);
    return true;
  }

  private static ObjectNode answer(JsonNode stored, boolean withTags) {
    ObjectNode definition = stored.deepCopy();
    JsonNode tags = definition.remove("tags");
    ObjectNode answer = Json.object();
    answer.set("taskDefinition", definition);
    if (withTags && tags != null) {
      answer.set("tags", tags);
    }
    return answer;
  }
}
