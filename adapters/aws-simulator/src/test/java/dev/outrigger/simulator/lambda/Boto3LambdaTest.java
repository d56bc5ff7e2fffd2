package dev.outrigger.simulator.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.outrigger.simulator.compat.MiniStack;
import dev.outrigger.simulator.compat.PythonTools;
import dev.outrigger.simulator.service.Json;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same calls through an unmodified boto3, on the simulator and on MiniStack. */
class Boto3LambdaTest {
  /** What MiniStack adds where AWS shows nothing, or what the simulator does not have. */
  private static final Set<String> NOT_SHOWN =
      Set.of(
          "VpcConfig",
          "KMSKeyArn",
          "Layers",
          "RuntimeVersionConfig",
          "Location",
          "StateReason",
          "StateReasonCode",
          "LastUpdateStatusReason",
          "LastUpdateStatusReasonCode");

  /** What a real runtime reports of an exception and MiniStack leaves out. */
  private static final Set<String> ONLY_SHOWN = Set.of("requestId", "stackTrace");

  @TempDir Path folder;

  @Test
  void boto3SeesTheSameShapesHereAndOnMiniStack() throws Exception {
    PythonTools tools = PythonTools.prepare();
    Map<String, JsonNode> here;
    try (LambdaFixture fixture = new LambdaFixture(LambdaConfig.defaults())) {
      here =
          tools.play(
              Boto3LambdaTest.class, "boto3_lambda.py", fixture.simulator.endpoint().toString());
    }
    Map<String, JsonNode> there;
    try (MiniStack miniStack = MiniStack.start(tools, folder)) {
      there = tools.play(Boto3LambdaTest.class, "boto3_lambda.py", miniStack.endpoint().toString());
    }

    assertThat(here.keySet()).isEqualTo(there.keySet());
    here.forEach((call, answer) -> compare(call, answer, there.getOrDefault(call, Json.object())));
    assertThat(here.getOrDefault("invoke", Json.object()).path("LogResult").asText())
        .contains("START RequestId: ", "got {'n': 1}", "REPORT RequestId: ");
  }

  private static void compare(String path, JsonNode here, JsonNode there) {
    assertThat(here.getNodeType()).as(path).isEqualTo(there.getNodeType());
    if (path.endsWith("/Error") || path.endsWith("/Status") || path.endsWith("StatusCode")) {
      assertThat(here).as(path).isEqualTo(there);
    }
    Set<String> names = new TreeSet<>();
    here.fieldNames().forEachRemaining(names::add);
    there.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      String member = path + "/" + name;
      if (here.has(name) && there.has(name)) {
        compare(member, here.get(name), there.get(name));
      } else {
        Set<String> allowed = here.has(name) ? shownHere() : NOT_SHOWN;
        assertThat(allowed).as(member).contains(name);
      }
    }
    if (here.isArray() && !here.isEmpty() && !there.isEmpty()) {
      compare(path + "[0]", here.get(0), there.get(0));
    }
  }

  private static Set<String> shownHere() {
    Set<String> names = new TreeSet<>(ONLY_SHOWN);
    names.addAll(Set.of("StateReason", "StateReasonCode"));
    names.addAll(Set.of("LastUpdateStatusReason", "LastUpdateStatusReasonCode"));
    return names;
  }
}
