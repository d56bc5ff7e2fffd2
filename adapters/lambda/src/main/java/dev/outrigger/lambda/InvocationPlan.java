package dev.outrigger.lambda;

import dev.outrigger.aws.CallerIdentity;
import java.util.Optional;

/**
 * What a Pod becomes: which function, what to send it, and as whom.
 *
 * @param warning something the Pod's author should know
 */
record InvocationPlan(
    Target target,
    byte[] payload,
    String container,
    Caller caller,
    boolean logAnswer,
    Optional<String> warning) {

  /** The function to invoke. */
  sealed interface Target {
    /** One that is made when missing, and shared by all Pods of this shape. */
    record Managed(FunctionSpec spec) implements Target {}

    /**
     * One that someone else made.
     *
     * @param function a name or ARN
     * @param qualifier a version or an alias
     */
    record Existing(String function, Optional<String> qualifier) implements Target {}
  }

  /**
   * As whom, and where: from the container's environment, else the node's own.
   *
   * @param identity empty means the node's own credentials
   */
  record Caller(Optional<CallerIdentity> identity, String region) {}
}
