package dev.outrigger.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.outrigger.simulator.service.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is to run in a task: the definition with the overrides applied.
 *
 * @param region for secrets and the containers' environment
 * @param memory of the whole task, in MiB
 */
record TaskPlan(String region, List<Container> containers, TaskVolumes volumes, int memory) {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

  /** A container to run. {@code logOptions} is empty without the awslogs driver. */
  record Container(
      String name,
      String image,
      boolean essential,
      List<String> entryPoint,
      List<String> command,
      String workingDirectory,
      Map<String, String> environment,
      Map<String, String> secrets,
      Map<String, String> logOptions,
      Map<String, String> dependsOn,
      Duration stopTimeout,
      Optional<RestartPolicy> restartPolicy,
      ContainerSettings settings) {

    /** Whether it is started again after having run for so long. */
    boolean restarts(int exitCode, Duration ran) {
      return restartPolicy.filter(p -> p.restarts(exitCode, ran)).isPresent();
    }
  }

  /**
   * @param restartPeriod in the place of that of restart policies; null leaves them as they are
   */
  static TaskPlan of(
      JsonNode definition, JsonNode overrides, String region, @Nullable Duration restartPeriod) {
    List<Container> containers = new ArrayList<>();
    for (JsonNode container : definition.path("containerDefinitions")) {
      containers.add(container(container, override(container, overrides), restartPeriod));
    }
    int memory = overrides.path("memory").asInt(definition.path("memory").asInt());
    return new TaskPlan(region, List.copyOf(containers), TaskVolumes.of(definition), memory);
  }

  private static JsonNode override(JsonNode container, JsonNode overrides) {
    for (JsonNode override : overrides.path("containerOverrides")) {
      if (override.path("name").equals(container.path("name"))) {
        return override;
      }
    }
    return Json.object();
  }

  private static Container container(
      JsonNode container, JsonNode override, @Nullable Duration restartPeriod) {
    Map<String, String> environment = pairs(container.path("environment"), "value");
    environment.putAll(pairs(override.path("environment"), "value"));
    JsonNode log = container.path("logConfiguration");
    Map<String, String> logOptions = new LinkedHashMap<>();
    if (log.path("logDriver").asText().equals("awslogs")) {
      log.path("options")
          .properties()
          .forEach(option -> logOptions.put(option.getKey(), option.getValue().asText()));
    }
    Map<String, String> dependsOn = new LinkedHashMap<>();
    container
        .path("dependsOn")
        .forEach(
            d -> dependsOn.put(d.path("containerName").asText(), d.path("condition").asText()));
    boolean hasTimeout = container.hasNonNull("stopTimeout");
    return new Container(
        container.path("name").asText(),
        container.path("image").asText(),
        container.path("essential").asBoolean(true),
        Json.texts(container.path("entryPoint")),
        Json.texts(override.has("command") ? override.path("command") : container.path("command")),
        container.path("workingDirectory").asText(),
        environment,
        pairs(container.path("secrets"), "valueFrom"),
        logOptions,
        dependsOn,
        hasTimeout ? Duration.ofSeconds(container.path("stopTimeout").asLong()) : STOP_TIMEOUT,
        RestartPolicy.of(container)
            .map(p -> restartPeriod == null ? p : p.withPeriod(restartPeriod)),
        ContainerSettings.of(container, override));
  }

  private static Map<String, String> pairs(JsonNode list, String value) {
    Map<String, String> pairs = new LinkedHashMap<>();
    list.forEach(pair -> pairs.put(pair.path("name").asText(), pair.path(value).asText()));
    return pairs;
  }
}
