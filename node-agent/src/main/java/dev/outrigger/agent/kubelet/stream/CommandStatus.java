package dev.outrigger.agent.kubelet.stream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/** How an exec or attach ended: the {@code v1.Status} on its error stream, as the kubelet's. */
public sealed interface CommandStatus {

  record Success() implements CommandStatus {}

  /**
   * @param what the command, for people
   */
  record ExitCode(int code, String what) implements CommandStatus {}

  /** What went wrong instead. */
  record Failure(String message) implements CommandStatus {}

  /** For the protocols before v4, which tell of failures only, in words. */
  default String text() {
    return switch (this) {
      case Success() -> "";
      case ExitCode(int code, String what) ->
          "command terminated with non-zero exit code: error executing command %s, exit code %d"
              .formatted(what, code);
      case Failure(String message) -> "Internal error occurred: " + message;
    };
  }

  default byte[] json() {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.putObject("metadata");
    switch (this) {
      case Success() -> status.put("status", "Success");
      case ExitCode(int code, String what) -> {
        status.put("status", "Failure").put("message", text()).put("reason", "NonZeroExitCode");
        status
            .putObject("details")
            .putArray("causes")
            .addObject()
            .put("reason", "ExitCode")
            .put("message", Integer.toString(code));
      }
      case Failure(String message) -> {
        status.put("status", "Failure").put("message", text()).put("reason", "InternalError");
        status.putObject("details").putArray("causes").addObject().put("message", message);
        status.put("code", 500);
      }
    }
    return status.toString().getBytes(StandardCharsets.UTF_8);
  }
}
