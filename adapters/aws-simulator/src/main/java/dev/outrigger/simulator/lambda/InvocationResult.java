package dev.outrigger.simulator.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.Json;

/**
 * How an invocation ended.
 *
 * @param error the X-Amz-Function-Error header, or empty for success
 * @param status the REPORT line's status, empty for success
 * @param errorType the error's type for the REPORT line, or empty
 * @param payload the answer, or the error as JSON
 * @param logTail the last 4 KB of this invocation's log
 */
record InvocationResult(
    String error, String status, String errorType, byte[] payload, byte[] logTail) {
  static final String UNHANDLED = "Unhandled";
  private static final byte[] NO_LOG = new byte[0];

  static InvocationResult success(byte[] payload) {
    return new InvocationResult("", "", "", payload, NO_LOG);
  }

  static InvocationResult failure(String error, String errorType, byte[] payload) {
    return new InvocationResult(error, "error", errorType, payload, NO_LOG);
  }

  /** An error of the platform, such as Runtime.ExitError. */
  static InvocationResult platform(String errorType, String requestId, String message) {
    return failure(UNHANDLED, errorType, error(errorType, requestId, message));
  }

  /**
   * The process ended.
   *
   * @param reportType what the REPORT line calls it; the payload always says Runtime.ExitError
   */
  static InvocationResult exit(String reportType, String requestId, String message) {
    return failure(UNHANDLED, reportType, error("Runtime.ExitError", requestId, message));
  }

  static InvocationResult responseTooLarge(int limit) {
    String type = "Function.ResponseSizeTooLarge";
    String message =
        "Response payload size exceeded maximum allowed payload size (" + limit + " bytes).";
    byte[] payload = Json.write(Json.object().put("errorMessage", message).put("errorType", type));
    return failure(UNHANDLED, type, payload);
  }

  private static byte[] error(String errorType, String requestId, String message) {
    ObjectNode node =
        Json.object()
            .put("errorType", errorType)
            .put("errorMessage", "RequestId: " + requestId + " Error: " + message);
    return Json.write(node);
  }

  static InvocationResult timeout(String message) {
    byte[] payload = Json.write(Json.object().put("errorMessage", message));
    return new InvocationResult(UNHANDLED, "timeout", "", payload, NO_LOG);
  }

  InvocationResult withLogTail(byte[] tail) {
    return new InvocationResult(error, status, errorType, payload, tail);
  }

  boolean isSuccess() {
    return error.isEmpty();
  }
}
