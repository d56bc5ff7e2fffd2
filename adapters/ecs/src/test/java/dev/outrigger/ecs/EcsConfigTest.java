package dev.outrigger.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.ConfigProblem;
import dev.outrigger.provider.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EcsConfigTest {

  @Test
  void everyProblemIsToldWithItsPath() {
    List<ConfigProblem> problems = new ArrayList<>();
    Settings settings =
        new Settings(
            "nodes[0].ecs",
            Map.of("launchType", "EC2", "endpoint", "nowhere", "pollInterval", "soon", "typo", 1),
            problems);
    EcsConfig.read(settings);
    settings.finish();
    assertThat(problems)
        .extracting(ConfigProblem::path)
        .containsExactlyInAnyOrder(
            "nodes[0].ecs.region",
            "nodes[0].ecs.cluster",
            "nodes[0].ecs.subnets",
            "nodes[0].ecs.executionRoleArn",
            "nodes[0].ecs.launchType",
            "nodes[0].ecs.endpoint",
            "nodes[0].ecs.pollInterval",
            "nodes[0].ecs.typo");
  }

  @Test
  void whatIsNoIdOrRoleIsToldWithAnExample() {
    List<ConfigProblem> problems = new ArrayList<>();
    EcsConfig.read(
        new Settings(
            "nodes[0].ecs",
            Map.of(
                "region", "eu-west-1",
                "cluster", "default",
                "subnets", List.of("subnet-0123456789abcdef0", "vpc-1"),
                "securityGroups", List.of("web"),
                "executionRoleArn", "outrigger",
                "taskRoleArn", "arn:aws:iam::123456789012:user/me",
                "assumeRoleArn", "arn:aws-cn:iam::123456789012:role/path/outrigger",
                "logGroup", "a b",
                "platformVersion", "newest",
                "profile", ""),
            problems));

    assertThat(problems)
        .extracting(ConfigProblem::path)
        .containsExactlyInAnyOrder(
            "nodes[0].ecs.subnets[1]",
            "nodes[0].ecs.securityGroups[0]",
            "nodes[0].ecs.executionRoleArn",
            "nodes[0].ecs.taskRoleArn",
            "nodes[0].ecs.logGroup",
            "nodes[0].ecs.platformVersion",
            "nodes[0].ecs.profile");
    assertThat(problems)
        .extracting(ConfigProblem::message)
        .anyMatch(m -> m.contains("arn:aws:iam::123456789012:role/outrigger"));
  }

  @Test
  void oneMistakeIsToldOnce() {
    List<ConfigProblem> problems = new ArrayList<>();
    EcsConfig.read(new Settings("nodes[0].ecs", Map.of("subnets", "subnet-1"), problems));

    assertThat(problems)
        .filteredOn(problem -> problem.path().equals("nodes[0].ecs.subnets"))
        .extracting(ConfigProblem::message)
        .containsExactly("must be a list of strings");
  }

  @Test
  void fargateOnX86IsTheDefault() {
    EcsConfig config = Configs.config(Map.of());
    assertThat(config.launch()).isEqualTo(EcsConfig.Launch.FARGATE);
    assertThat(config.architecture().label()).isEqualTo("amd64");
  }
}
