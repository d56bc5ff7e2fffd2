package dev.outrigger.simulator.lambda;

import dev.outrigger.simulator.service.AwsFault;
import java.util.Map;

/** Lambda's errors, in AWS's words. */
final class LambdaFaults {
  private LambdaFaults() {}

  /** A member of the request breaks its model's constraint. */
  static AwsFault constraint(String value, String member, String constraint) {
    return new AwsFault(
        400,
        "ValidationException",
        "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must %s"
            .formatted(value, member, constraint));
  }

  static AwsFault invalid(String message) {
    return new AwsFault(400, "InvalidParameterValueException", message);
  }

  static AwsFault notFound(String arn) {
    return new AwsFault(404, "ResourceNotFoundException", "Function not found: " + arn);
  }

  static AwsFault conflict(String message) {
    return new AwsFault(409, "ResourceConflictException", message);
  }

  static AwsFault pending() {
    return conflict(
        "The operation cannot be performed at this time. The function is currently in the following"
            + " state: Pending");
  }

  static AwsFault updating(String arn) {
    return conflict(
        "The operation cannot be performed at this time. An update is in progress for resource: "
            + arn);
  }

  static AwsFault tooLarge(long limit) {
    return new AwsFault(
        413,
        "RequestEntityTooLargeException",
        "Request must be smaller than " + limit + " bytes for the InvokeFunction operation");
  }

  static AwsFault throttled(String message) {
    return new AwsFault(429, "TooManyRequestsException", message, Map.of("Retry-After", "1"));
  }

  /** The simulator is closed while a function runs or waits. */
  static AwsFault closing() {
    return new AwsFault(503, "ServiceException", "the simulator is closing");
  }
}
