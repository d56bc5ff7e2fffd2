package dev.outrigger.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.fault.Fault;
import dev.outrigger.simulator.journal.JournalEntry;
import dev.outrigger.simulator.quota.Quotas;
import dev.outrigger.simulator.service.AwsFault;
import dev.outrigger.simulator.service.Json;
import dev.outrigger.simulator.service.SimulatorContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** RunTask: what it refuses, its token, and the tasks it makes. Limits are the API reference's. */
final class TaskLauncher {
  private static final int MOST_TASKS = 10;
  private static final int LONGEST_TOKEN = 64;
  private static final int LONGEST_STARTED_BY = 128;
  private static final int LARGEST_OVERRIDES = 8192;

  private final SimulatorContext context;
  private final Clusters clusters;
  private final TaskDefinitions definitions;
  private final Tasks tasks;
  private final ClientTokens tokens;
  private final TaskRunner runner;

  TaskLauncher(
      SimulatorContext context,
      Clusters clusters,
      TaskDefinitions definitions,
      Tasks tasks,
      TaskRunner runner) {
    this.context = context;
    this.clusters = clusters;
    this.definitions = definitions;
    this.tasks = tasks;
    this.tokens = new ClientTokens(context.state(), context.clock());
    this.runner = runner;
  }

  ObjectNode run(JsonNode body, Arns arns) {
    String clusterArn = clusters.require(Json.text(body, "cluster").orElse(""), arns);
    JsonNode definition = definition(body, arns);
    check(body, definition);
    tasks.forgetOld();
    String token = Json.text(body, "clientToken").orElse("");
    List<String> started;
    ObjectNode answer = Json.object();
    var failures = Json.array();
    if (token.isEmpty()) {
      started = launch(body, definition, clusterArn, arns, failures);
    } else {
      started =
          tokens.once(
              clusterArn, token, body, () -> launch(body, definition, clusterArn, arns, failures));
    }
    var list = answer.putArray("tasks");
    started.forEach(arn -> tasks.find(arn).ifPresent(task -> list.add(task.describe(true))));
    answer.set("failures", failures);
    return answer;
  }

  private JsonNode definition(JsonNode body, Arns arns) {
    JsonNode definition =
        definitions
            .find(Json.required(body, "taskDefinition"), arns)
            .orElseThrow(() -> EcsFaults.client("TaskDefinition not found."));
    if (!TaskDefinitions.isActive(definition)) {
      throw EcsFaults.client("TaskDefinition is inactive");
    }
    return definition;
  }

  private static void check(JsonNode body, JsonNode definition) {
    int count = body.path("count").asInt(1);
    if (count < 1 || count > MOST_TASKS) {
      throw EcsFaults.invalid("Invalid count. count must be between 1 and " + MOST_TASKS + ".");
    }
    if (body.path("clientToken").asText().length() > LONGEST_TOKEN) {
      throw EcsFaults.invalid("clientToken can not exceed 64 characters.");
    }
    if (body.path("startedBy").asText().length() > LONGEST_STARTED_BY) {
      throw EcsFaults.invalid("startedBy can not exceed 128 characters.");
    }
    Tags.read(body.path("tags"));
    if (body.path("overrides").toString().length() > LARGEST_OVERRIDES) {
      throw EcsFaults.invalid("Container Overrides length must be at most 8192");
    }
    for (JsonNode override : body.path("overrides").path("containerOverrides")) {
      boolean known = false;
      for (JsonNode container : definition.path("containerDefinitions")) {
        known |= container.path("name").equals(override.path("name"));
      }
      if (!known) {
        throw EcsFaults.invalid(
            "Override for container named %s is not a container in the TaskDefinition."
                .formatted(override.path("name").asText()));
      }
    }
    if (body.path("enableExecuteCommand").asBoolean() && !definition.hasNonNull("taskRoleArn")) {
      throw EcsFaults.invalid(
          "The task couldn't be created because a valid taskRoleArn is not being used. Specify a"
              + " valid task role in your task definition and try again.");
    }
    checkCapacity(body, definition);
  }

  /** The simulator has Fargate and Fargate Spot; it has no container instances. */
  private static void checkCapacity(JsonNode body, JsonNode definition) {
    String provider =
        body.path("capacityProviderStrategy").path(0).path("capacityProvider").asText();
    boolean byProvider = !body.path("capacityProviderStrategy").isEmpty();
    if (byProvider && body.hasNonNull("launchType")) {
      throw EcsFaults.invalid(
          "Specifying both a launch type and capacity provider strategy is not supported."
              + " Remove one and try again.");
    }
    if (byProvider && !provider.equals("FARGATE") && !provider.equals("FARGATE_SPOT")) {
      throw EcsFaults.invalid("The specified capacity provider was not found: " + provider);
    }
    if (!byProvider && !body.path("launchType").asText().equals("FARGATE")) {
      throw EcsFaults.invalid("No Container Instances were found in your cluster.");
    }
    if (!Json.texts(definition.path("requiresCompatibilities")).contains("FARGATE")) {
      throw EcsFaults.invalid("Task definition does not support launch_type FARGATE.");
    }
    if (body.path("networkConfiguration").path("awsvpcConfiguration").path("subnets").isEmpty()) {
      throw EcsFaults.invalid(
          "Network Configuration must be provided when networkMode 'awsvpc' is specified.");
    }
  }

  private List<String> launch(
      JsonNode body,
      JsonNode definition,
      String clusterArn,
      Arns arns,
      com.fasterxml.jackson.databind.node.ArrayNode failures) {
    int count = body.path("count").asInt(1);
    Optional<Fault.CapacityUnavailable> shortage =
        context.faults().strike(Fault.CapacityUnavailable.class, "ecs", "RunTask");
    if (shortage.isPresent()) {
      failures.addObject().put("reason", shortage.get().reason());
      return List.of();
    }
    if (!context.quotas().tryAcquire("ecs", Quotas.FARGATE_LAUNCH, arns.region(), count)) {
      throw new AwsFault(400, "ThrottlingException", "Rate exceeded");
    }
    List<String> started = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      started.add(launchOne(body, definition, clusterArn, arns));
    }
    return started;
  }

  private String launchOne(JsonNode body, JsonNode definition, String clusterArn, Arns arns) {
    Instant now = context.clock().instant();
    ObjectNode document = TaskDocument.create(body, definition, clusterArn, arns, now);
    String provider =
        body.path("capacityProviderStrategy").path(0).path("capacityProvider").asText();
    if (!provider.isEmpty()) {
      document.put("capacityProviderName", provider);
    }
    Map<String, String> tags = new LinkedHashMap<>();
    if (body.path("propagateTags").asText().equals("TASK_DEFINITION")) {
      tags.putAll(Tags.read(definition.path("tags")));
    }
    tags.putAll(Tags.read(body.path("tags")));
    document.set("tags", Tags.write(tags));
    Task task = tasks.add(document);
    context
        .journal()
        .add(
            new JournalEntry.WorkloadStarted(
                now,
                "ecs",
                task.arn(),
                Json.text(body, "startedBy").orElse(""),
                Json.text(body, "clientToken").orElse(""),
                tags));
    runner.start(task, definition, body.path("overrides"), arns.region());
    return task.arn();
  }
}
