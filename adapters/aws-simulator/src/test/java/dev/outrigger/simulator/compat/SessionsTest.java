package dev.outrigger.simulator.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.AwsSimulator;
import dev.outrigger.simulator.SimulatorConfig;
import dev.outrigger.simulator.service.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** ECS Exec and Session Manager through an unmodified boto3 and session-manager-plugin. */
class SessionsTest {
  private static final String INVALID = "InvalidParameterException";

  private static JsonNode play(String... plugin) {
    ObjectNode answers = Json.object();
    try (AwsSimulator simulator = AwsSimulator.start(SimulatorConfig.defaults())) {
      List<String> arguments = new ArrayList<>(List.of(simulator.endpoint().toString()));
      arguments.addAll(List.of(plugin));
      answers.setAll(
          PythonTools.prepare()
              .play(SessionsTest.class, "boto3_sessions.py", arguments.toArray(String[]::new)));
    }
    return answers;
  }

  @Test
  void boto3OpensSessionsAndIsRefusedAsDocumented() {
    JsonNode answers = play();

    assertThat(answers.path("describe").path("managedAgents").path(0).asText())
        .isEqualTo("ExecuteCommandAgent");
    JsonNode execute = answers.path("execute");
    assertThat(execute.path("containerName").asText()).isEqualTo("main");
    assertThat(execute.path("session").path("sessionId").asText())
        .matches("ecs-execute-command-[0-9a-f]{17}");
    assertThat(execute.path("session").path("streamUrl").asText())
        .contains("/v1/data-channel/" + execute.path("session").path("sessionId").asText());
    assertThat(answers.path("start").path("TokenValue").asText()).isNotEmpty();
    assertThat(answers.path("resume").path("SessionId"))
        .isEqualTo(answers.path("start").path("SessionId"));
    assertThat(answers.path("resume ended").has("TokenValue")).isFalse();
    Map<String, String> refused =
        Map.of(
            "not interactive", INVALID,
            "no cluster", "ClusterNotFoundException",
            "no task", INVALID,
            "no container", INVALID,
            "not enabled", INVALID,
            "not connected", "TargetNotConnected",
            "no document", "InvalidDocument");
    refused.forEach(
        (call, code) ->
            assertThat(answers.path(call).path("Error").asText()).as(call).isEqualTo(code));
  }

  /** AWS's own client is the judge of the data channel. Runs where it is installed. */
  @Test
  void sessionManagerPluginRunsCommandsAndForwardsPorts() {
    Optional<Path> plugin =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
            .map(entry -> Path.of(entry, "session-manager-plugin"))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(plugin.isPresent(), "there is no session-manager-plugin on the PATH");

    JsonNode answers = play(plugin.get().toString());

    assertThat(answers.path("plugin output").path("text").asText())
        .contains("colour blue\r\nterminal\r\n20000\r\n");
    assertThat(answers.path("plugin missing").path("text").asText())
        .contains("Unable to start command: Failed to start pty: exec: \"no-such-program\"");
    assertThat(answers.path("plugin port").path("lengths"))
        .allMatch(length -> length.asInt() > 300_000)
        .hasSize(3);
  }
}
