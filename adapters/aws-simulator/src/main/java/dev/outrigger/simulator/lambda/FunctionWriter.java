package dev.outrigger.simulator.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;

/** Writes functions as the API shows them. Pure. */
final class FunctionWriter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxx").withZone(ZoneOffset.UTC);

  private FunctionWriter() {}

  /** The shape FunctionConfiguration at that time. */
  static ObjectNode configuration(Function function, Instant now) {
    FunctionSettings settings = function.settings();
    ObjectNode node =
        Json.object()
            .put("FunctionName", function.id().name())
            .put("FunctionArn", function.id().arn())
            .put("Role", settings.role())
            .put("CodeSize", function.code().size())
            .put("Description", settings.description())
            .put("Timeout", settings.timeout())
            .put("MemorySize", settings.memory())
            .put("LastModified", TIME.format(function.modified()))
            .put("CodeSha256", function.code().sha256())
            .put("Version", "$LATEST")
            .put("RevisionId", function.revision())
            .put("PackageType", function.code().isImage() ? "Image" : "Zip");
    if (settings.runtime() != null) {
      node.put("Runtime", settings.runtime()).put("Handler", settings.handler());
    }
    strings(node, "Architectures", function.architectures());
    node.putObject("TracingConfig").put("Mode", "PassThrough");
    node.putObject("EphemeralStorage").put("Size", settings.storage());
    node.putObject("SnapStart").put("ApplyOn", "None").put("OptimizationStatus", "Off");
    node.putObject("LoggingConfig")
        .put("LogFormat", settings.jsonLogs() ? "JSON" : "Text")
        .put("LogGroup", function.logGroup());
    if (!settings.environment().isEmpty()) {
      texts(node.putObject("Environment"), "Variables", settings.environment());
    }
    image(node, settings.image());
    state(node, function, now);
    return node;
  }

  private static void image(ObjectNode node, ImageSettings image) {
    if (image.isEmpty()) {
      return;
    }
    ObjectNode config = node.putObject("ImageConfigResponse").putObject("ImageConfig");
    if (!image.entryPoint().isEmpty()) {
      strings(config, "EntryPoint", image.entryPoint());
    }
    if (!image.command().isEmpty()) {
      strings(config, "Command", image.command());
    }
    if (image.workingDirectory() != null) {
      config.put("WorkingDirectory", image.workingDirectory());
    }
  }

  private static void state(ObjectNode node, Function function, Instant now) {
    if (function.isActive(now)) {
      node.put("State", "Active");
    } else {
      node.put("State", "Pending")
          .put("StateReason", "The function is being created.")
          .put("StateReasonCode", "Creating");
    }
    if (function.isUpdating(now)) {
      node.put("LastUpdateStatus", "InProgress")
          .put("LastUpdateStatusReason", "The function is being created.")
          .put("LastUpdateStatusReasonCode", "Creating");
    } else {
      node.put("LastUpdateStatus", "Successful");
    }
  }

  /** The answer of GetFunction. */
  static ObjectNode function(Function function, Instant now) {
    ObjectNode node = Json.object();
    node.set("Configuration", configuration(function, now));
    ObjectNode code = node.putObject("Code");
    if (function.code().isImage()) {
      String image = function.code().image();
      code.put("RepositoryType", "ECR").put("ImageUri", image);
      code.put("ResolvedImageUri", image + "@sha256:" + function.code().sha256());
    } else {
      code.put("RepositoryType", "S3");
    }
    if (!function.tags().isEmpty()) {
      texts(node, "Tags", function.tags());
    }
    if (function.reserved() != Function.NOT_RESERVED) {
      node.putObject("Concurrency").put("ReservedConcurrentExecutions", function.reserved());
    }
    return node;
  }

  static void texts(ObjectNode node, String field, Map<String, String> values) {
    ObjectNode object = node.putObject(field);
    values.forEach(object::put);
  }

  private static void strings(ObjectNode node, String field, List<String> values) {
    var array = node.putArray(field);
    values.forEach(array::add);
  }
}
