package dev.outrigger.simulator.compat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.outrigger.simulator.AwsSimulator;
import dev.outrigger.simulator.SimulatorConfig;
import dev.outrigger.simulator.service.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same calls through an unmodified boto3, on the simulator and on MiniStack. */
class Boto3Test {
  @TempDir Path folder;

  @Test
  void boto3SeesTheSameShapesHereAndOnMiniStack() throws IOException {
    PythonTools tools = PythonTools.prepare();
    Map<String, JsonNode> here;
    try (AwsSimulator simulator = AwsSimulator.start(SimulatorConfig.defaults())) {
      here = tools.play(Boto3Test.class, "boto3_ecs.py", simulator.endpoint().toString());
    }
    Map<String, JsonNode> there;
    try (MiniStack miniStack = MiniStack.start(tools, folder)) {
      there = tools.play(Boto3Test.class, "boto3_ecs.py", miniStack.endpoint().toString());
    }

    assertThat(here.keySet()).isEqualTo(there.keySet());
    TreeSet<String> differences = new TreeSet<>();
    here.forEach(
        (call, answer) ->
            differences.addAll(
                differences(
                    Shapes.of(call, answer),
                    Shapes.of(call, there.getOrDefault(call, Json.object())))));
    assertThat(differences.stream().filter(d -> !KnownDifferences.explain(d))).isEmpty();
  }

  private static Set<String> differences(Map<String, String> here, Map<String, String> there) {
    TreeSet<String> found = new TreeSet<>();
    here.forEach(
        (path, type) -> {
          String other = there.get(path);
          if (other == null) {
            found.add("only here: " + path);
          } else if (!other.equals(type)) {
            found.add("type: " + path + " is " + type + " here and " + other + " there");
          }
        });
    there.keySet().stream()
        .filter(p -> !here.containsKey(p))
        .forEach(p -> found.add("only there: " + p));
    return found;
  }
}
