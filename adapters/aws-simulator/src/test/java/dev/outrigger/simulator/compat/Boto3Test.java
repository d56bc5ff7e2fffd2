package dev.outrigger.simulator.compat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.outrigger.simulator.AwsSimulator;
import dev.outrigger.simulator.SimulatorConfig;
import dev.outrigger.simulator.service.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same calls through an unmodified boto3, on the simulator and on MiniStack. */
class Boto3Test {
  @TempDir Path folder;

  private Map<String, JsonNode> play(PythonTools tools, URI endpoint) throws IOException {
    Path script = folder.resolve("boto3_ecs.py");
    try (InputStream in = Boto3Test.class.getResourceAsStream("boto3_ecs.py")) {
      if (in != null && !Files.exists(script)) {
        Files.copy(in, script);
      }
    }
    Map<String, JsonNode> answers = new LinkedHashMap<>();
    tools
        .python(script, endpoint.toString())
        .lines()
        .map(Json::parse)
        .forEach(line -> answers.put(line.path("call").asText(), line.path("answer")));
    return answers;
  }

  @Test
  void boto3SeesTheSameShapesHereAndOnMiniStack() throws IOException {
    PythonTools tools = PythonTools.prepare();
    Map<String, JsonNode> here;
    try (AwsSimulator simulator = AwsSimulator.start(SimulatorConfig.defaults())) {
      here = play(tools, simulator.endpoint());
    }
    Map<String, JsonNode> there;
    try (MiniStack miniStack = MiniStack.start(tools, folder)) {
      there = play(tools, miniStack.endpoint());
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
