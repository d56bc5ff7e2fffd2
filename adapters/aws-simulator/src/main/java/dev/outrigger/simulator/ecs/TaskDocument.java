package dev.outrigger.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.Json;
import java.time.Instant;
import java.util.UUID;

/** Builds a new task in the API's shape, as RunTask answers it. */
final class TaskDocument {
  private TaskDocument() {}

  static String newId() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  static ObjectNode create(
      JsonNode request, JsonNode definition, String clusterArn, Arns arns, Instant now) {
    String taskArn = arns.task(clusterArn, newId());
    String attachmentId = UUID.randomUUID().toString();
    ObjectNode task =
        Json.object()
            .put("availabilityZone", arns.region() + "a")
            .put("clusterArn", clusterArn)
            .put("connectivity", "CONNECTED")
            .put("connectivityAt", Json.seconds(now))
            .put("createdAt", Json.seconds(now))
            .put("desiredStatus", "RUNNING")
            .put("enableExecuteCommand", request.path("enableExecuteCommand").asBoolean())
            .put(
                "group",
                Json.text(request, "group").orElse("family:" + definition.path("family").asText()))
            .put("healthStatus", "UNKNOWN")
            .put("lastStatus", "PROVISIONING")
            .put("launchType", "FARGATE")
            .put("platformVersion", "1.4.0")
            .put("platformFamily", "Linux")
            .put("taskArn", taskArn)
            .put("taskDefinitionArn", definition.path("taskDefinitionArn").asText())
            .put("version", 1);
    JsonNode overrides = request.path("overrides");
    task.put("cpu", Json.text(overrides, "cpu").orElse(definition.path("cpu").asText()));
    task.put("memory", Json.text(overrides, "memory").orElse(definition.path("memory").asText()));
    Json.text(request, "startedBy").ifPresent(by -> task.put("startedBy", by));
    task.putObject("ephemeralStorage")
        .put("sizeInGiB", definition.path("ephemeralStorage").path("sizeInGiB").asInt(20));
    task.putArray("attributes")
        .addObject()
        .put("name", "ecs.cpu-architecture")
        .put("value", architecture(definition));
    task.putArray("attachments").add(attachment(request, attachmentId));
    task.set("overrides", overrides(overrides));
    addContainers(task, definition, arns);
    if (request.path("enableExecuteCommand").asBoolean()) {
      task.path("containers").forEach(TaskDocument::addExecAgent);
    }
    return task;
  }

  private static String architecture(JsonNode definition) {
    String named = definition.path("runtimePlatform").path("cpuArchitecture").asText();
    return named.equals("ARM64") ? "arm64" : "x86_64";
  }

  private static ObjectNode attachment(JsonNode request, String id) {
    String subnet =
        request
            .path("networkConfiguration")
            .path("awsvpcConfiguration")
            .path("subnets")
            .path(0)
            .asText();
    ObjectNode attachment =
        Json.object()
            .put("id", id)
            .put("type", "ElasticNetworkInterface")
            .put("status", "PRECREATED");
    attachment.putArray("details").addObject().put("name", "subnetId").put("value", subnet);
    return attachment;
  }

  private static ObjectNode overrides(JsonNode given) {
    ObjectNode overrides = given.isObject() ? given.deepCopy() : Json.object();
    for (String list : new String[] {"containerOverrides", "inferenceAcceleratorOverrides"}) {
      if (!overrides.has(list)) {
        overrides.putArray(list);
      }
    }
    return overrides;
  }

  private static void addExecAgent(JsonNode container) {
    ((ObjectNode) container)
        .putArray("managedAgents")
        .addObject()
        .put("name", "ExecuteCommandAgent")
        .put("lastStatus", "PENDING");
  }

  private static void addContainers(ObjectNode task, JsonNode definition, Arns arns) {
    String taskArn = task.path("taskArn").asText();
    var containers = task.putArray("containers");
    for (JsonNode container : definition.path("containerDefinitions")) {
      ObjectNode node =
          containers
              .addObject()
              .put("containerArn", arns.container(taskArn, UUID.randomUUID().toString()))
              .put("taskArn", taskArn)
              .put("name", container.path("name").asText())
              .put("image", container.path("image").asText())
              .put("lastStatus", "PENDING")
              .put("healthStatus", "UNKNOWN")
              .put("cpu", container.path("cpu").asText("0"));
      node.putArray("networkBindings");
      node.putArray("networkInterfaces");
      for (String size : new String[] {"memory", "memoryReservation"}) {
        if (container.hasNonNull(size)) {
          node.put(size, container.path(size).asText());
        }
      }
    }
  }
}
