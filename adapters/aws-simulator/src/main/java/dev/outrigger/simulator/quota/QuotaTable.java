package dev.outrigger.simulator.quota;

import java.util.Optional;
import java.util.Set;

/**
 * Every quota in one place. ECS: "Amazon ECS API throttling" and "AWS Fargate throttling quotas" of
 * the developer guide; CloudWatch Logs: "CloudWatch Logs quotas"; Lambda: "Lambda quotas" (API
 * requests). Operations that stand here under no bucket are not limited.
 */
final class QuotaTable {
  private static final Set<String> SLOW_GET = Set.of("us-west-2", "eu-west-1", "eu-central-1");

  private QuotaTable() {}

  /**
   * A bucket and its size.
   *
   * @param bucket operations with the same name share it
   */
  record Limit(String bucket, double burst, double perSecond) {}

  static Optional<Limit> of(String service, String operation, String region) {
    return switch (service) {
      case "ecs" -> ecs(operation);
      case "logs" -> logs(operation, region);
      case "lambda" -> lambda(operation);
      default -> Optional.empty();
    };
  }

  private static Optional<Limit> ecs(String operation) {
    return switch (operation) {
      case "RegisterTaskDefinition", "DeregisterTaskDefinition" ->
          limit("ecs:task-definition-write", 20, 1);
      case "DeleteTaskDefinitions" -> limit("ecs:task-definition-delete", 5, 1);
      case "DescribeTaskDefinition" -> limit("ecs:task-definition-read", 50, 20);
      case "RunTask", "StopTask", "ExecuteCommand" -> limit("ecs:task-write", 100, 40);
      case "DescribeTasks", "ListTasks" -> limit("ecs:task-read", 100, 20);
      case "TagResource" -> limit("ecs:tag", 20, 10);
      case Quotas.FARGATE_LAUNCH -> limit("ecs:fargate-launch", 100, 20);
      default -> Optional.empty();
    };
  }

  private static Optional<Limit> logs(String operation, String region) {
    return switch (operation) {
      case "GetLogEvents" -> {
        double rate = SLOW_GET.contains(region) ? 10 : 25;
        yield limit("logs:get", rate, rate);
      }
      case "FilterLogEvents" -> {
        double rate =
            switch (region) {
              case "us-east-1" -> 25;
              case "eu-central-1" -> 5;
              default -> 10;
            };
        yield limit("logs:filter", rate, rate);
      }
      case "DescribeLogStreams" -> limit("logs:describe-streams", 25, 25);
      default -> Optional.empty();
    };
  }

  private static Optional<Limit> lambda(String operation) {
    return switch (operation) {
      case "Invoke", "InvokeWithResponseStream" -> Optional.empty();
      case "GetFunction" -> limit("lambda:get-function", 100, 100);
      default -> limit("lambda:control", 15, 15);
    };
  }

  private static Optional<Limit> limit(String bucket, double burst, double perSecond) {
    return Optional.of(new Limit(bucket, burst, perSecond));
  }
}
