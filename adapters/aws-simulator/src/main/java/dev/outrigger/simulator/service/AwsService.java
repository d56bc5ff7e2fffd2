package dev.outrigger.simulator.service;

/**
 * One simulated service. Called on many threads at once; {@link #handle} may block (it runs on a
 * virtual thread of its own).
 */
public interface AwsService extends AutoCloseable {

  /** The service name in the SigV4 credential scope, such as {@code ecs}. */
  String signingName();

  /** How this service's faults are written. */
  Protocol protocol();

  /**
   * The operation's name for journal, faults and quotas. JSON and Query services need not override
   * it; a REST service reads method and path.
   *
   * @throws AwsFault when there is no such operation
   */
  default String operationOf(AwsRequest request) {
    return switch (protocol()) {
      case JSON_1_1 -> {
        String target = request.header("X-Amz-Target").orElse("");
        yield target.substring(target.lastIndexOf('.') + 1);
      }
      case QUERY -> request.parameter("Action").orElse("");
      case REST_JSON -> request.method() + " " + request.path();
    };
  }

  /**
   * Performs the call.
   *
   * @throws AwsFault for a modeled error
   */
  AwsResponse handle(AwsRequest request);

  /** What this service answers when a quota is exceeded or a throttling fault is injected. */
  default AwsFault throttled(String operation) {
    return new AwsFault(400, "ThrottlingException", "Rate exceeded");
  }

  /** What this service answers for an injected server error of that status. */
  default AwsFault serverError(int status) {
    return new AwsFault(
        status, status == 503 ? "ServiceUnavailable" : "ServerException", "injected");
  }

  /** Stops everything that runs for this service; returns when it has ended. Idempotent. */
  @Override
  void close();
}
