package dev.outrigger.ecs;

import dev.outrigger.provider.ConfigProblem;
import dev.outrigger.provider.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Settings for tests. */
final class Configs {

  private Configs() {}

  static EcsConfig config(Map<String, ?> more) {
    Map<String, Object> values = new HashMap<>();
    values.put("region", "eu-west-1");
    values.put("cluster", "demo");
    values.put("subnets", List.of("subnet-1"));
    values.put("executionRoleArn", "arn:aws:iam::000000000000:role/execution");
    values.putAll(more);
    List<ConfigProblem> problems = new ArrayList<>();
    Settings settings = new Settings("nodes[0].ecs", values, problems);
    EcsConfig config = EcsConfig.read(settings);
    settings.finish();
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(problems.toString());
    }
    return config;
  }
}
