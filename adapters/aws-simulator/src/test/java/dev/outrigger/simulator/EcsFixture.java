package dev.outrigger.simulator;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Compatibility;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.LogDriver;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskField;

/** What tests say often about ECS. */
record EcsFixture(EcsClient ecs) {
  static final Duration PATIENCE = Duration.ofSeconds(60);
  static final String GROUP = "/outrigger/test";

  String register(String family, ContainerDefinition... containers) {
    return ecs.registerTaskDefinition(
            r ->
                r.family(family)
                    .networkMode(NetworkMode.AWSVPC)
                    .requiresCompatibilities(Compatibility.FARGATE)
                    .cpu("256")
                    .memory("512")
                    .executionRoleArn("arn:aws:iam::000000000000:role/execution")
                    .containerDefinitions(containers))
        .taskDefinition()
        .taskDefinitionArn();
  }

  static ContainerDefinition.Builder shell(String name, String script) {
    return ContainerDefinition.builder()
        .name(name)
        .image("public.ecr.aws/docker/library/busybox:latest")
        .command("/bin/sh", "-c", script)
        .essential(true)
        .logConfiguration(
            l ->
                l.logDriver(LogDriver.AWSLOGS)
                    .options(
                        java.util.Map.of(
                            "awslogs-group", GROUP,
                            "awslogs-create-group", "true",
                            "awslogs-region", "eu-west-1",
                            "awslogs-stream-prefix", "pod")));
  }

  /** Beside others, and started again whenever it ends after the attempt period. */
  static ContainerDefinition restarted(String name, String script) {
    return shell(name, script)
        .essential(false)
        .restartPolicy(p -> p.enabled(true).restartAttemptPeriod(60))
        .build();
  }

  Task run(String definition, Consumer<RunTaskRequest.Builder> more) {
    return ecs.runTask(request(definition, more)).tasks().getFirst();
  }

  static RunTaskRequest request(String definition, Consumer<RunTaskRequest.Builder> more) {
    RunTaskRequest.Builder builder =
        RunTaskRequest.builder()
            .taskDefinition(definition)
            .launchType(LaunchType.FARGATE)
            .networkConfiguration(n -> n.awsvpcConfiguration(v -> v.subnets("subnet-1")));
    more.accept(builder);
    return builder.build();
  }

  Task run(String definition) {
    return run(definition, r -> {});
  }

  Task describe(String arn) {
    return ecs.describeTasks(r -> r.tasks(arn).include(TaskField.TAGS)).tasks().getFirst();
  }

  Container container(String name, Task task) {
    return describe(task.taskArn()).containers().stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  Task awaitStatus(String arn, String status) {
    return await()
        .pollInterval(Duration.ofMillis(30))
        .atMost(PATIENCE)
        .until(() -> describe(arn), task -> task.lastStatus().equals(status));
  }

  Task awaitStopped(Task task) {
    return awaitStatus(task.taskArn(), "STOPPED");
  }

  static String stream(String container, Task task) {
    String arn = task.taskArn();
    return "pod/" + container + "/" + arn.substring(arn.lastIndexOf('/') + 1);
  }

  static List<Integer> exitCodes(Task task) {
    return task.containers().stream().map(c -> c.exitCode()).toList();
  }
}
