package dev.outrigger.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outrigger.provider.ContainerState.Terminated;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How an invocation's end becomes a container's end. Pure. */
final class LambdaStatusMapper {

  /** What the kubelet keeps of a termination message. */
  static final int MESSAGE_LIMIT = 4096;

  static final String UNKNOWN = "ContainerStatusUnknown";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern EXIT_STATUS = Pattern.compile("exit status (\\d{1,3})");
  private static final Pattern SIGNAL = Pattern.compile("signal: ([a-z ]+)");
  private static final Map<String, Integer> SIGNALS =
      Map.of("killed", 9, "terminated", 15, "segmentation fault", 11, "aborted", 6);

  private LambdaStatusMapper() {}

  /**
   * From the answer of Invoke.
   *
   * @param functionError the header {@code X-Amz-Function-Error}; empty means success
   */
  static Terminated ofAnswer(
      Optional<String> functionError, byte[] payload, Instant started, Instant finished) {
    String text = new String(payload, StandardCharsets.UTF_8);
    if (functionError.isEmpty()) {
      return end(0, "Completed", text, started, finished);
    }
    JsonNode error = parse(text);
    String type = error.path("errorType").asText("");
    String message = error.path("errorMessage").asText(error.isMissingNode() ? text : "");
    return ofError(type, message, false, started, finished);
  }

  /** From what the function's log says of an invocation whose answer was lost. */
  static Terminated ofReport(LogReport report, Instant started) {
    Instant finished = report.time();
    return switch (report.status()) {
      case "success" ->
          end(0, "Completed", "succeeded (from the function's log)", started, finished);
      case "timeout" ->
          end(143, "DeadlineExceeded", "the function's timeout passed", started, finished);
      case "error", "failure" ->
          ofError(
              report.errorType().orElse(""),
              report.detail().orElse("failed (from the function's log)"),
              true,
              started,
              finished);
      default ->
          unknown(
              "the function's log does not say how the invocation ended: set logFormat: JSON",
              Optional.of(started),
              finished);
    };
  }

  /** An end whose outcome nobody can tell. Never success. */
  static Terminated unknown(String why, Optional<Instant> started, Instant finished) {
    return new Terminated(OptionalInt.empty(), UNKNOWN, why, started, finished);
  }

  /**
   * @param fromLog whether the function's log said so, which tells less than the answer
   */
  private static Terminated ofError(
      String type, String message, boolean fromLog, Instant started, Instant finished) {
    String said = type.isEmpty() ? message : message.isEmpty() ? type : type + ": " + message;
    if (type.equals("Sandbox.Timedout") || message.contains("Task timed out after")) {
      return end(143, "DeadlineExceeded", said, started, finished);
    }
    if (type.equals("Runtime.OutOfMemory")) {
      return end(137, "OOMKilled", said, started, finished);
    }
    if (type.equals("Runtime.ExitError")) {
      Matcher status = EXIT_STATUS.matcher(message);
      if (status.find()) {
        int code = Integer.parseInt(status.group(1));
        return code == 0
            ? end(1, "Error", said + " (it ended without an answer)", started, finished)
            : end(code, "Error", said, started, finished);
      }
      Matcher signal = SIGNAL.matcher(message);
      if (signal.find()) {
        int number = SIGNALS.getOrDefault(signal.group(1).strip(), 1);
        return end(128 + number, number == 9 ? "OOMKilled" : "Error", said, started, finished);
      }
      if (fromLog) {
        return unknown(
            said + " (Lambda's log tells that the process exited, not with which status)",
            Optional.of(started),
            finished);
      }
    }
    return end(1, "Error", said, started, finished);
  }

  private static Terminated end(
      int code, String reason, String message, Instant started, Instant finished) {
    return new Terminated(
        OptionalInt.of(code), reason, cut(message), Optional.of(started), finished);
  }

  /** The first 4,096 bytes, at a character's border. */
  static String cut(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= MESSAGE_LIMIT) {
      return text;
    }
    int end = MESSAGE_LIMIT;
    while ((bytes[end] & 0xC0) == 0x80) {
      end--;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  private static JsonNode parse(String text) {
    try {
      JsonNode node = JSON.readTree(text);
      return node.isObject() ? node : JSON.missingNode();
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
  }
}
