package dev.outrigger.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.Json;
import dev.outrigger.simulator.state.StateStore;
import dev.outrigger.simulator.state.StateTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The clusters by ARN. Thread-safe. */
final class Clusters {
  private final StateTable table;
  private final Tasks tasks;

  /** Values are never changed in place. */
  private final ConcurrentSkipListMap<String, JsonNode> byArn = new ConcurrentSkipListMap<>();

  Clusters(StateStore state, Tasks tasks) {
    this.table = state.table("ecs-clusters");
    this.tasks = tasks;
    byArn.putAll(table.restored());
  }

  /** The ARN of a cluster that exists; {@code default} always does. */
  String require(String nameOrArn, Arns arns) {
    String arn = arns.cluster(nameOrArn);
    if (!byArn.containsKey(arn) && !arn.endsWith(":cluster/default")) {
      throw EcsFaults.noCluster();
    }
    return arn;
  }

  ObjectNode create(JsonNode body, Arns arns) {
    String name = Json.text(body, "clusterName").orElse("default");
    String arn = arns.cluster(name);
    ObjectNode cluster = Json.object().put("clusterArn", arn).put("clusterName", name);
    cluster.set("tags", Tags.write(Tags.read(body.path("tags"))));
    cluster.set(
        "settings", body.path("settings").isEmpty() ? defaultSettings() : body.get("settings"));
    JsonNode present = byArn.putIfAbsent(arn, cluster);
    if (present == null) {
      table.put(arn, cluster);
    }
    ObjectNode answer = Json.object();
    answer.set("cluster", describe(arn, true, true));
    return answer;
  }

  /** Changes settings by name; {@code default} comes into being by it. */
  ObjectNode update(JsonNode body, Arns arns) {
    String arn = require(Json.required(body, "cluster"), arns);
    byArn.compute(
        arn,
        (key, present) -> {
          ObjectNode changed =
              present == null
                  ? Json.object().put("clusterArn", arn).put("clusterName", Arns.name(arn))
                  : present.deepCopy();
          Map<String, JsonNode> settings = new LinkedHashMap<>();
          changed.path("settings").forEach(s -> settings.put(s.path("name").asText(), s));
          body.path("settings").forEach(s -> settings.put(s.path("name").asText(), s));
          var all = Json.array();
          settings.values().forEach(all::add);
          changed.set("settings", all);
          table.put(arn, changed);
          return changed;
        });
    ObjectNode answer = Json.object();
    answer.set("cluster", describe(arn, true, true));
    return answer;
  }

  /** Whether Container Insights are on, with enhanced observability or without. */
  boolean hasInsights(String arn) {
    for (JsonNode setting : byArn.getOrDefault(arn, Json.object()).path("settings")) {
      if (setting.path("name").asText().equals("containerInsights")) {
        return !setting.path("value").asText().equals("disabled");
      }
    }
    return false;
  }

  private static JsonNode defaultSettings() {
    var settings = Json.array();
    settings.addObject().put("name", "containerInsights").put("value", "disabled");
    return settings;
  }

  ObjectNode describe(JsonNode body, Arns arns) {
    List<String> names =
        body.path("clusters").isEmpty() ? List.of("default") : Json.texts(body.path("clusters"));
    List<String> include = Json.texts(body.path("include"));
    boolean withTags = include.contains("TAGS");
    boolean withSettings = include.contains("SETTINGS");
    ObjectNode answer = Json.object();
    var found = answer.putArray("clusters");
    var failures = answer.putArray("failures");
    for (String name : names) {
      String arn = arns.cluster(name);
      if (byArn.containsKey(arn) || arn.endsWith(":cluster/default")) {
        found.add(describe(arn, withTags, withSettings));
      } else {
        failures.addObject().put("arn", arn).put("reason", "MISSING");
      }
    }
    return answer;
  }

  ObjectNode list(JsonNode body, Arns arns) {
    String region = ":" + arns.region() + ":";
    return Page.of(
        body, "clusterArns", byArn.keySet().stream().filter(a -> a.contains(region)).toList());
  }

  Optional<Map<String, String>> tags(String arn) {
    return Optional.ofNullable(byArn.get(arn)).map(cluster -> Tags.read(cluster.path("tags")));
  }

  void setTags(String arn, Map<String, String> tags) {
    byArn.computeIfPresent(
        arn,
        (key, cluster) -> {
          ObjectNode changed = cluster.deepCopy();
          changed.set("tags", Tags.write(tags));
          table.put(arn, changed);
          return changed;
        });
  }

  private ObjectNode describe(String arn, boolean withTags, boolean withSettings) {
    JsonNode cluster = byArn.getOrDefault(arn, Json.object());
    ObjectNode node =
        Json.object()
            .put("clusterArn", arn)
            .put("clusterName", Arns.name(arn))
            .put("status", "ACTIVE")
            .put("registeredContainerInstancesCount", 0)
            .put("runningTasksCount", tasks.count(arn, "RUNNING"))
            .put("pendingTasksCount", tasks.count(arn, "PENDING"))
            .put("activeServicesCount", 0);
    node.set("statistics", Json.array());
    node.set("tags", withTags && cluster.has("tags") ? cluster.get("tags") : Json.array());
    node.set(
        "settings",
        withSettings && cluster.has("settings") ? cluster.get("settings") : Json.array());
    node.set("capacityProviders", Json.array());
    node.set("defaultCapacityProviderStrategy", Json.array());
    return node;
  }
}
