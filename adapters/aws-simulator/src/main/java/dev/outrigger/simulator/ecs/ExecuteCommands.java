package dev.outrigger.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.AwsFault;
import dev.outrigger.simulator.service.Json;
import dev.outrigger.simulator.session.SessionHub;
import dev.outrigger.simulator.session.SessionTarget;
import java.util.Optional;

/** ExecuteCommand, and the containers as Systems Manager names them. */
final class ExecuteCommands {
  private static final String PREFIX = "ecs-execute-command-";

  private final Clusters clusters;
  private final Tasks tasks;
  private final TaskRunner runner;
  private final SessionHub sessions;

  ExecuteCommands(Clusters clusters, Tasks tasks, TaskRunner runner, SessionHub sessions) {
    this.clusters = clusters;
    this.tasks = tasks;
    this.runner = runner;
    this.sessions = sessions;
  }

  ObjectNode execute(JsonNode body, Arns arns) {
    String clusterArn = clusters.require(Json.text(body, "cluster").orElse(""), arns);
    String command = Json.required(body, "command");
    if (!body.path("interactive").asBoolean()) {
      throw EcsFaults.invalid("Interactive is the only mode supported currently.");
    }
    Task task =
        tasks
            .find(arns.task(clusterArn, Json.required(body, "task")))
            .orElseThrow(() -> EcsFaults.invalid("The referenced task was not found."));
    JsonNode document = task.describe(false);
    JsonNode container = container(document, Json.text(body, "container").orElse(""));
    if (!document.path("enableExecuteCommand").asBoolean()
        || !document.path("lastStatus").asText().equals("RUNNING")) {
      throw EcsFaults.invalid(
          "The execute command failed because execute command was not enabled when the task was"
              + " run or the execute command agent isn’t running. Wait and try again or run a new"
              + " task with execute command enabled and try again.");
    }
    SessionTarget target =
        runner
            .target(task.arn(), container.path("name").asText())
            .orElseThrow(
                () ->
                    new AwsFault(
                        400,
                        "TargetNotConnectedException",
                        "The execute command failed due to an internal error. Try again later."));
    ObjectNode answer =
        Json.object()
            .put("clusterArn", clusterArn)
            .put("containerArn", container.path("containerArn").asText())
            .put("containerName", container.path("name").asText())
            .put("interactive", true)
            .put("taskArn", task.arn());
    answer.set("session", SessionHub.describe(sessions.command(PREFIX, target, command)));
    return answer;
  }

  private static JsonNode container(JsonNode task, String name) {
    JsonNode containers = task.path("containers");
    if (name.isEmpty() && containers.size() == 1) {
      return containers.path(0);
    }
    for (JsonNode container : containers) {
      if (container.path("name").asText().equals(name)) {
        return container;
      }
    }
    throw EcsFaults.invalid(
        name.isEmpty()
            ? "Container name should be specified for a task with multiple containers."
            : "The container name '" + name + "' was not found in the task.");
  }

  /** {@code ecs:CLUSTER_TASK_RUNTIME}, of a task that was run with ExecuteCommand enabled. */
  Optional<SessionTarget> target(String name) {
    String[] parts = name.startsWith("ecs:") ? name.substring(4).split("_") : new String[0];
    if (parts.length < 3) {
      return Optional.empty();
    }
    String runtimeId = parts[parts.length - 1];
    String taskId = parts[parts.length - 2];
    String cluster = name.substring(4, name.length() - taskId.length() - runtimeId.length() - 2);
    return tasks.all().stream()
        .filter(task -> task.id().equals(taskId))
        .filter(task -> Arns.name(task.text("clusterArn")).equals(cluster))
        .filter(task -> task.describe(false).path("enableExecuteCommand").asBoolean())
        .findFirst()
        .flatMap(task -> runner.target(task.arn(), runtimeId));
  }
}
