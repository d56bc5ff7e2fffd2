package dev.outrigger.ecs;

import dev.outrigger.aws.AwsIds;
import dev.outrigger.aws.AwsSettings;
import dev.outrigger.provider.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The settings of one ECS node.
 *
 * @param cluster name or ARN
 * @param subnets at least one; the zone of the node is theirs
 * @param launch FARGATE, or FARGATE_SPOT, which AWS may interrupt
 * @param executionRoleArn what ECS itself may do: pull from ECR, read secrets, write logs
 * @param taskRoleArn what the containers may do
 * @param enableExecuteCommand starts every task with ECS Exec's agent, for exec and port-forward;
 *     the agent needs the ssmmessages actions in the task role
 * @param logStreamPrefix first part of a stream's name, before container and task id
 * @param pollInterval how often tasks that are changing are looked at
 * @param steadyPollInterval how often all others are; what they use is read a quarter as often
 * @param logSettle how long after a container's end its last lines may still arrive
 */
record EcsConfig(
    AwsSettings aws,
    String cluster,
    List<String> subnets,
    List<String> securityGroups,
    boolean assignPublicIp,
    Launch launch,
    String platformVersion,
    Architecture architecture,
    String executionRoleArn,
    Optional<String> taskRoleArn,
    boolean enableExecuteCommand,
    String logGroup,
    boolean createLogGroup,
    String logStreamPrefix,
    Duration pollInterval,
    Duration steadyPollInterval,
    Duration logSettle) {

  enum Launch {
    FARGATE,
    FARGATE_SPOT
  }

  /** In ECS's words, with Kubernetes' word for it. */
  enum Architecture {
    X86_64("amd64"),
    ARM64("arm64");

    private final String label;

    Architecture(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  EcsConfig {
    subnets = List.copyOf(subnets);
    securityGroups = List.copyOf(securityGroups);
  }

  /** ECS refuses to start a task with ECS Exec and without a task role. */
  boolean withExec() {
    return enableExecuteCommand && taskRoleArn.isPresent();
  }

  static EcsConfig read(Settings settings) {
    return new EcsConfig(
        AwsSettings.read(settings),
        settings.requiredString("cluster", "the name or ARN of an ECS cluster"),
        AwsIds.requiredIds(settings, "subnets", "subnet", "a list of subnet ids for the tasks"),
        AwsIds.ids(settings, "securityGroups", "sg"),
        settings.bool("assignPublicIp", false),
        Launch.valueOf(
            settings.choice("launchType", "FARGATE", List.of("FARGATE", "FARGATE_SPOT"))),
        platformVersion(settings),
        Architecture.valueOf(
            settings.choice("cpuArchitecture", "X86_64", List.of("X86_64", "ARM64"))),
        AwsIds.requiredRole(
            settings,
            "executionRoleArn",
            "the ARN of a role by which ECS pulls images and writes logs"),
        AwsIds.role(settings, "taskRoleArn"),
        settings.bool("enableExecuteCommand", true),
        AwsIds.logGroup(settings, "logGroup", "/outrigger/ecs"),
        settings.bool("createLogGroup", true),
        settings.string("logStreamPrefix", "outrigger"),
        positive(settings, "pollInterval", Duration.ofSeconds(1)),
        positive(settings, "steadyPollInterval", Duration.ofSeconds(5)),
        positive(settings, "logSettle", Duration.ofSeconds(3)));
  }

  private static String platformVersion(Settings settings) {
    String found = settings.string("platformVersion", "LATEST");
    if (!found.matches("LATEST|\\d+\\.\\d+\\.\\d+")) {
      settings.problem(
          "platformVersion", "must be LATEST or a version such as 1.4.0, not '" + found + "'");
    }
    return found;
  }

  private static Duration positive(Settings settings, String key, Duration fallback) {
    Duration found = settings.duration(key, fallback);
    if (found.compareTo(Duration.ofMillis(10)) < 0) {
      settings.problem(key, "must be at least 10ms");
      return fallback;
    }
    return found;
  }
}
