package dev.outrigger.ecs;

import dev.outrigger.aws.ApiBucket;
import dev.outrigger.aws.AwsCalls;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.ProviderException;
import java.util.List;
import java.util.Locale;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.AssignPublicIp;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.RunTaskResponse;
import software.amazon.awssdk.services.ecs.model.Task;

/** Starts one task per Pod attempt: the attempt's token makes RunTask idempotent. Blocks. */
final class TaskLauncher {

  private final EcsClient client;
  private final AwsCalls calls;
  private final EcsConfig config;
  private final String node;

  TaskLauncher(EcsClient client, AwsCalls calls, EcsConfig config, String node) {
    this.client = client;
    this.calls = calls;
    this.config = config;
    this.node = node;
  }

  Task run(TaskPlan plan, PodAttempt attempt, String definitionArn) throws ProviderException {
    RunTaskRequest request = request(plan, attempt, definitionArn);
    calls.await("ecs:RunTask", ApiBucket.FARGATE_LAUNCH);
    RunTaskResponse answer =
        calls.call("ecs:RunTask", ApiBucket.ECS_TASK_WRITE, () -> client.runTask(request));
    if (!answer.tasks().isEmpty()) {
      return answer.tasks().getFirst();
    }
    throw failure(answer.failures());
  }

  RunTaskRequest request(TaskPlan plan, PodAttempt attempt, String definitionArn) {
    RunTaskRequest.Builder request =
        RunTaskRequest.builder()
            .cluster(config.cluster())
            .taskDefinition(definitionArn)
            .count(1)
            .clientToken(attempt.token())
            .startedBy(OwnerMark.startedBy(node))
            .tags(OwnerMark.tags(node, attempt))
            .enableExecuteCommand(config.withExec())
            .platformVersion(config.platformVersion())
            .overrides(plan.overrides())
            .networkConfiguration(
                n ->
                    n.awsvpcConfiguration(
                        v ->
                            v.subnets(config.subnets())
                                .securityGroups(config.securityGroups())
                                .assignPublicIp(
                                    config.assignPublicIp()
                                        ? AssignPublicIp.ENABLED
                                        : AssignPublicIp.DISABLED)));
    switch (config.launch()) {
      case FARGATE -> request.launchType(LaunchType.FARGATE);
      case FARGATE_SPOT ->
          request.capacityProviderStrategy(
              CapacityProviderStrategyItem.builder()
                  .capacityProvider("FARGATE_SPOT")
                  .weight(1)
                  .build());
    }
    return request.build();
  }

  /** What RunTask's {@code failures} mean (ECS Developer Guide, "API failure reasons"). */
  static ProviderException failure(List<Failure> failures) {
    if (failures.isEmpty()) {
      return new ProviderException.Unavailable("ecs:RunTask answered without a task", null);
    }
    Failure first = failures.getFirst();
    String reason = first.reason() == null ? "" : first.reason();
    String detail = first.detail() == null ? "" : " (" + first.detail() + ")";
    String message = "ecs:RunTask: " + reason + detail;
    return switch (reason.toUpperCase(Locale.ROOT)) {
      case "ATTRIBUTE", "LOCATION" -> new ProviderException.Invalid("spec", message);
      case "AGENT", "MISSING", "INACTIVE" -> new ProviderException.Unavailable(message, null);
      default -> new ProviderException.QuotaExceeded(message);
    };
  }
}
