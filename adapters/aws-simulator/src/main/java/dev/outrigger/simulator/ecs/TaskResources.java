package dev.outrigger.simulator.ecs;

import dev.outrigger.simulator.logs.LogGroups;
import dev.outrigger.simulator.secrets.SecretStore;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What Fargate brings to a container from elsewhere before any starts: secrets, its log stream. */
final class TaskResources {
  private final LogGroups logs;
  private final SecretStore secrets;
  private final Clock clock;

  TaskResources(LogGroups logs, SecretStore secrets, Clock clock) {
    this.logs = logs;
    this.secrets = secrets;
    this.clock = clock;
  }

  /**
   * A container's own.
   *
   * @param environment beside the image's
   * @param lines takes its output
   */
  record Resources(Map<String, String> environment, Consumer<String> lines) {
    Resources {
      environment = Map.copyOf(environment);
    }
  }

  Resources prepare(Task task, TaskPlan plan, TaskPlan.Container container) throws StartException {
    Map<String, String> environment = new HashMap<>();
    environment.put("AWS_EXECUTION_ENV", "AWS_ECS_FARGATE");
    environment.put("AWS_REGION", plan.region());
    environment.put("AWS_DEFAULT_REGION", plan.region());
    environment.putAll(container.environment());
    environment.putAll(secretValues(plan, container));
    return new Resources(environment, log(task, container));
  }

  private Map<String, String> secretValues(TaskPlan plan, TaskPlan.Container container)
      throws StartException {
    Map<String, String> values = new HashMap<>();
    for (Map.Entry<String, String> secret : container.secrets().entrySet()) {
      Optional<String> value = secrets.resolve(secret.getValue(), plan.region());
      values.put(
          secret.getKey(),
          value.orElseThrow(
              () ->
                  new StartException(
                      "ResourceInitializationError: unable to pull secrets or registry auth:"
                          + " execution resource retrieval failed: unable to retrieve secret from"
                          + " asm: service call has been retried 1 time(s): failed to fetch secret "
                          + secret.getValue()
                          + " from secrets manager: ResourceNotFoundException")));
    }
    return values;
  }

  /** Both outputs share the stream; the lock makes its timestamps grow. */
  private Consumer<String> log(Task task, TaskPlan.Container container) throws StartException {
    String group = container.logOptions().get("awslogs-group");
    if (group == null) {
      return line -> {};
    }
    boolean create = "true".equals(container.logOptions().get("awslogs-create-group"));
    if (!create && !logs.hasGroup(group)) {
      throw new StartException(
          "ResourceInitializationError: failed to validate logger args: The task cannot find the"
              + " Amazon CloudWatch log group defined in the task definition: "
              + group);
    }
    String stream = stream(task, container);
    logs.ensureStream(group, stream);
    Object order = new Object();
    return line -> {
      synchronized (order) {
        logs.put(group, stream, clock.instant(), line);
      }
    };
  }

  private static String stream(Task task, TaskPlan.Container container) {
    String prefix = container.logOptions().getOrDefault("awslogs-stream-prefix", "");
    return (prefix.isEmpty() ? "" : prefix + "/") + container.name() + "/" + task.id();
  }
}
