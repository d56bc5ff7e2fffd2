package dev.outrigger.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.Json;
import dev.outrigger.simulator.service.SimulatorContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** DescribeTasks, ListTasks, StopTask, and the tags of all resources. */
final class TaskQueries {
  /** API reference, DescribeTasks. */
  private static final int MOST_DESCRIBED = 100;

  private final SimulatorContext context;
  private final Clusters clusters;
  private final TaskDefinitions definitions;
  private final Tasks tasks;

  TaskQueries(
      SimulatorContext context, Clusters clusters, TaskDefinitions definitions, Tasks tasks) {
    this.context = context;
    this.clusters = clusters;
    this.definitions = definitions;
    this.tasks = tasks;
  }

  ObjectNode describe(JsonNode body, Arns arns) {
    String clusterArn = clusters.require(Json.text(body, "cluster").orElse(""), arns);
    List<String> ids = Json.texts(body.path("tasks"));
    if (ids.isEmpty()) {
      throw EcsFaults.invalid("Tasks cannot be empty.");
    }
    if (ids.size() > MOST_DESCRIBED) {
      throw EcsFaults.invalid("Tasks can not have more than 100 entries.");
    }
    boolean withTags = Json.texts(body.path("include")).contains("TAGS");
    ObjectNode answer = Json.object();
    var found = answer.putArray("tasks");
    var failures = answer.putArray("failures");
    for (String id : ids) {
      String arn = arns.task(clusterArn, id);
      Optional<Task> task = tasks.find(arn).filter(t -> t.text("clusterArn").equals(clusterArn));
      task.ifPresentOrElse(
          t -> found.add(t.describe(withTags)),
          () -> failures.addObject().put("arn", arn).put("reason", "MISSING"));
    }
    return answer;
  }

  ObjectNode list(JsonNode body, Arns arns) {
    String clusterArn = clusters.require(Json.text(body, "cluster").orElse(""), arns);
    String startedBy = Json.text(body, "startedBy").orElse("");
    String family = Json.text(body, "family").orElse("");
    if (!startedBy.isEmpty() && !family.isEmpty()) {
      throw EcsFaults.invalid("startedBy cannot be combined with another filter.");
    }
    for (String unsupported : List.of("containerInstance", "serviceName")) {
      if (body.hasNonNull(unsupported)) {
        throw EcsFaults.notSimulated("ListTasks by " + unsupported);
      }
    }
    String status = Json.text(body, "desiredStatus").orElse("RUNNING");
    String launchType = Json.text(body, "launchType").orElse("FARGATE");
    String familyPrefix = arns.taskDefinition(family, 0).replaceAll("0$", "");
    return Page.of(
        body,
        "taskArns",
        tasks.all().stream()
            .filter(task -> task.text("clusterArn").equals(clusterArn))
            .filter(task -> task.text("desiredStatus").equals(status))
            .filter(task -> task.text("launchType").equals(launchType))
            .filter(task -> startedBy.isEmpty() || task.text("startedBy").equals(startedBy))
            .filter(
                task -> family.isEmpty() || task.text("taskDefinitionArn").startsWith(familyPrefix))
            .map(Task::arn)
            .toList());
  }

  /** Also forgets the task's tags, as the API reference says of StopTask. */
  ObjectNode stop(JsonNode body, Arns arns) {
    String clusterArn = clusters.require(Json.text(body, "cluster").orElse(""), arns);
    Task task =
        tasks
            .find(arns.task(clusterArn, Json.required(body, "task")))
            .orElseThrow(() -> EcsFaults.invalid("The referenced task was not found."));
    String reason = Json.text(body, "reason").orElse("Task stopped by a user");
    if (task.requestStop(
        new Task.StopRequest("UserInitiated", reason), context.clock().instant())) {
      task.update(node -> node.set("tags", Json.array()));
    }
    ObjectNode answer = Json.object();
    answer.set("task", task.describe(true));
    return answer;
  }

  ObjectNode tag(JsonNode body) {
    Map<String, String> tags = tagsOf(arn(body));
    tags.putAll(Tags.read(body.path("tags")));
    setTags(arn(body), tags);
    return Json.object();
  }

  ObjectNode untag(JsonNode body) {
    Map<String, String> tags = tagsOf(arn(body));
    Json.texts(body.path("tagKeys")).forEach(tags::remove);
    setTags(arn(body), tags);
    return Json.object();
  }

  ObjectNode tags(JsonNode body) {
    ObjectNode answer = Json.object();
    answer.set("tags", Tags.write(tagsOf(arn(body))));
    return answer;
  }

  private static String arn(JsonNode body) {
    return Json.required(body, "resourceArn");
  }

  private Map<String, String> tagsOf(String arn) {
    Optional<Map<String, String>> found = tasks.find(arn).map(Task::tags);
    return new LinkedHashMap<>(
        found
            .or(() -> definitions.tags(arn))
            .or(() -> clusters.tags(arn))
            .orElseThrow(() -> EcsFaults.invalid("The specified resource is not found: " + arn)));
  }

  private void setTags(String arn, Map<String, String> tags) {
    Tags.read(Tags.write(tags));
    Optional<Task> task = tasks.find(arn);
    if (task.isPresent()) {
      task.get().update(node -> node.set("tags", Tags.write(tags)));
    } else if (!definitions.setTags(arn, tags)) {
      clusters.setTags(arn, tags);
    }
  }
}
