package dev.outrigger.simulator.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import dev.outrigger.simulator.service.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads requests. A member that is absent keeps what was before. Pure. */
final class FunctionReader {
  private static final int DEFAULT_MEMORY = 128;
  private static final int DEFAULT_TIMEOUT = 3;
  private static final int DEFAULT_STORAGE = 512;

  /** What a function has whose creator says nothing. */
  static final FunctionSettings DEFAULTS =
      new FunctionSettings(
          null,
          null,
          "",
          "",
          DEFAULT_MEMORY,
          DEFAULT_TIMEOUT,
          DEFAULT_STORAGE,
          Map.of(),
          ImageSettings.NONE,
          false,
          null);

  private FunctionReader() {}

  static FunctionSettings settings(JsonNode body, FunctionSettings before) {
    return new FunctionSettings(
        text(body, "Runtime", before.runtime()),
        text(body, "Handler", before.handler()),
        Json.text(body, "Role").orElse(before.role()),
        Json.text(body, "Description").orElse(before.description()),
        body.path("MemorySize").asInt(before.memory()),
        body.path("Timeout").asInt(before.timeout()),
        body.path("EphemeralStorage").path("Size").asInt(before.storage()),
        present(body, "Environment")
            ? map(body.path("Environment").path("Variables"))
            : before.environment(),
        present(body, "ImageConfig") ? image(body.path("ImageConfig")) : before.image(),
        jsonLogs(body.path("LoggingConfig"), before),
        text(body.path("LoggingConfig"), "LogGroup", before.logGroup()));
  }

  private static boolean jsonLogs(JsonNode logging, FunctionSettings before) {
    return Json.text(logging, "LogFormat").map("JSON"::equals).orElse(before.jsonLogs());
  }

  private static ImageSettings image(JsonNode node) {
    return new ImageSettings(
        Json.texts(node.path("EntryPoint")),
        Json.texts(node.path("Command")),
        text(node, "WorkingDirectory", null));
  }

  static Map<String, String> map(JsonNode node) {
    Map<String, String> values = new LinkedHashMap<>();
    node.properties().forEach(entry -> values.put(entry.getKey(), entry.getValue().asText()));
    return values;
  }

  static List<String> architectures(JsonNode body) {
    List<String> given = Json.texts(body.path("Architectures"));
    return given.isEmpty() ? List.of("x86_64") : given;
  }

  private static boolean present(JsonNode node, String field) {
    return node.hasNonNull(field);
  }

  private static @Nullable String text(JsonNode node, String field, @Nullable String before) {
    return Json.text(node, field).filter(value -> !value.isEmpty()).orElse(before);
  }
}
