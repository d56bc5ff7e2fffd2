package dev.outrigger.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.outrigger.simulator.service.Json;
import java.util.HashSet;
import java.util.Set;

/** What RegisterTaskDefinition refuses; and what the simulator itself cannot do. */
final class TaskDefinitionChecks {
  /** ECS service quotas: 64 KiB. */
  private static final int LARGEST = 65_536;

  /** ECS service quotas. */
  private static final int MOST_CONTAINERS = 10;

  private TaskDefinitionChecks() {}

  static void check(JsonNode body) {
    if (!Json.required(body, "family").matches("[a-zA-Z0-9_-]{1,255}")) {
      throw EcsFaults.client("Invalid family: " + body.path("family").asText());
    }
    if (body.path("containerDefinitions").isEmpty()) {
      throw EcsFaults.client("Container list cannot be empty.");
    }
    if (body.path("containerDefinitions").size() > MOST_CONTAINERS) {
      throw EcsFaults.client("Too many containers.");
    }
    int size = Json.write(body).length;
    if (size > LARGEST) {
      throw EcsFaults.client(
          "Actual length: '%,d'. Max allowed length is '%,d' bytes.".formatted(size, LARGEST));
    }
    Tags.read(body.path("tags"));
    Set<String> names = new HashSet<>();
    boolean essential = false;
    for (JsonNode container : body.path("containerDefinitions")) {
      checkContainer(container);
      if (!names.add(container.path("name").asText())) {
        throw EcsFaults.client("Container name must be unique: " + container.path("name").asText());
      }
      essential |= container.path("essential").asBoolean(true);
    }
    if (!essential) {
      throw EcsFaults.client(
          "Invalid setting for container(s). At least one container must be essential.");
    }
    for (JsonNode container : body.path("containerDefinitions")) {
      checkDependencies(container, names);
    }
    if (Json.texts(body.path("requiresCompatibilities")).contains("FARGATE")) {
      checkFargate(body);
    }
  }

  private static void checkContainer(JsonNode container) {
    if (!container.path("name").asText().matches("[a-zA-Z0-9_-]{1,255}")) {
      throw EcsFaults.client("Invalid container name: " + container.path("name").asText());
    }
    if (container.path("image").asText().isBlank()) {
      throw EcsFaults.client("Container.image should not be null or empty.");
    }
    if (!container.path("environmentFiles").isEmpty()) {
      throw EcsFaults.notSimulated("environmentFiles");
    }
    if (container.hasNonNull("healthCheck")) {
      throw EcsFaults.notSimulated("healthCheck");
    }
    RestartPolicy.of(container).ifPresent(TaskDefinitionChecks::checkRestartPolicy);
  }

  private static void checkRestartPolicy(RestartPolicy policy) {
    long period = policy.period().toSeconds();
    if (period < RestartPolicy.SHORTEST || period > RestartPolicy.LONGEST) {
      throw EcsFaults.client(
          "restartAttemptPeriod must be between %d and %d seconds."
              .formatted(RestartPolicy.SHORTEST, RestartPolicy.LONGEST));
    }
  }

  private static void checkDependencies(JsonNode container, Set<String> names) {
    for (JsonNode dependency : container.path("dependsOn")) {
      String on = dependency.path("containerName").asText();
      if (!names.contains(on) || on.equals(container.path("name").asText())) {
        throw EcsFaults.client("Invalid dependsOn: no other container is named " + on);
      }
      switch (dependency.path("condition").asText()) {
        case "START", "COMPLETE", "SUCCESS" -> {}
        case "HEALTHY" -> throw EcsFaults.notSimulated("dependsOn with HEALTHY");
        default -> throw EcsFaults.client("Invalid dependsOn condition");
      }
    }
  }

  private static void checkFargate(JsonNode body) {
    if (!Json.text(body, "networkMode").orElse("").equals("awsvpc")) {
      throw EcsFaults.client("Fargate only supports network mode ‘awsvpc’.");
    }
    FargateSizes.check(
        Json.text(body, "cpu").orElse("null"), Json.text(body, "memory").orElse("null"));
    boolean hasRole = Json.text(body, "executionRoleArn").isPresent();
    for (JsonNode container : body.path("containerDefinitions")) {
      JsonNode log = container.path("logConfiguration");
      boolean awslogs = log.path("logDriver").asText().equals("awslogs");
      if (awslogs && !hasRole) {
        throw EcsFaults.client(
            "Fargate requires task definition to have execution role ARN to support log driver"
                + " awslogs.");
      }
      if (!container.path("secrets").isEmpty() && !hasRole) {
        throw EcsFaults.client(
            "When you are specifying container secrets, you must also specify a value for"
                + " 'executionRoleArn'.");
      }
      if (awslogs && !log.path("options").has("awslogs-stream-prefix")) {
        throw EcsFaults.client(
            "Log driver awslogs requires options: awslogs-stream-prefix (Fargate).");
      }
      if (container.path("privileged").asBoolean()) {
        throw EcsFaults.client("Fargate compatible task definitions do not support privileged");
      }
    }
  }
}
