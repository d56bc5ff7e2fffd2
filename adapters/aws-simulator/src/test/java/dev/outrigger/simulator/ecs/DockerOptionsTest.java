package dev.outrigger.simulator.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.outrigger.simulator.service.Json;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DockerOptionsTest {
  private static final Path FILE = Path.of("/env");

  private static List<String> create(String container, String override) {
    JsonNode definition =
        Json.parse(
            "{\"memory\": \"512\", \"volumes\": [{\"name\": \"data\", \"host\": {}}],"
                + " \"containerDefinitions\": ["
                + container
                + "]}");
    JsonNode overrides = Json.parse("{\"containerOverrides\": [" + override + "]}");
    TaskPlan plan = TaskPlan.of(definition, overrides, "eu-west-1", null);
    return new DockerOptions("l=1", "t", plan)
        .create(plan.containers().getFirst(), "holder", FILE, List.of("LINES"));
  }

  @Test
  void everySettingOfADefinitionIsAnOption() {
    assertThat(
            create(
                """
                {"name": "c", "image": "i", "entryPoint": ["sh", "-c"], "command": ["x"],
                 "user": "1:2", "workingDirectory": "/w", "readonlyRootFilesystem": true,
                 "memory": 64, "memoryReservation": 32, "cpu": 128, "pseudoTerminal": true,
                 "ulimits": [{"name": "nofile", "softLimit": 10, "hardLimit": 20}],
                 "linuxParameters": {"initProcessEnabled": true,
                   "capabilities": {"add": ["SYS_PTRACE"], "drop": ["ALL"]}},
                 "mountPoints": [{"sourceVolume": "data", "containerPath": "/d", "readOnly": true}]}
                """,
                ""))
        .containsExactly(
            words(
                "create --pull never --name outrigger-t-c --label l=1 --label outrigger.dev/task=t"
                    + " --network container:holder --log-driver json-file --env-file /env --env"
                    + " LINES --memory 64m --memory-swap 64m --memory-reservation 32m --cpu-shares"
                    + " 128 --ulimit nofile=10:20 --user 1:2 --workdir /w --read-only --init --tty"
                    + " --cap-add SYS_PTRACE --cap-drop ALL --volume outrigger-t-data:/d:ro"
                    + " --entrypoint sh i -c x"));
  }

  @Test
  void containerWithoutSettingsHasTheTasksMemoryAndTheImagesCommand() {
    assertThat(create("{\"name\": \"c\", \"image\": \"i\"}", ""))
        .containsSubsequence("--memory", "512m", "--memory-swap", "512m")
        .endsWith("--env", "LINES", "--memory", "512m", "--memory-swap", "512m", "i");
  }

  @Test
  void overrideOfATaskWins() {
    assertThat(
            create(
                "{\"name\": \"c\", \"image\": \"i\", \"memory\": 64}",
                "{\"name\": \"c\", \"memory\": 32, \"command\": [\"y\"]}"))
        .containsSubsequence("--memory", "32m")
        .endsWith("i", "y");
  }

  @Test
  void volumeThatIsNotEmptyIsKnownAsOne() {
    JsonNode definition =
        Json.parse(
            "{\"volumes\": [{\"name\": \"a\"}, {\"name\": \"b\", \"efsVolumeConfiguration\": {}}]}");

    assertThat(TaskVolumes.of(definition).unknown()).contains("b");
  }

  private static String[] words(String text) {
    return text.split(" ");
  }
}
