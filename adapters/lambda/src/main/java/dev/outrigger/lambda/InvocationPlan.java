package dev.outrigger.lambda;

import dev.outrigger.aws.CallerIdentity;
import java.util.LinkedHashMap;
import java.util.Map;
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

  /** MB. Source: Lambda Developer Guide, "Configure Lambda function memory". */
  private static final double MEMORY_OF_ONE_CPU = 1_769;

  /**
   * For the Pod's author. Lambda charges duration by the millisecond times memory, and requests.
   */
  Map<String, String> describe() {
    Map<String, String> shape = new LinkedHashMap<>();
    switch (target) {
      case Target.Managed managed -> {
        FunctionSpec spec = managed.spec();
        shape.put("function", spec.name());
        shape.put(
            "memory",
            "%d MB (%.2f vCPU)".formatted(spec.memory(), spec.memory() / MEMORY_OF_ONE_CPU));
        shape.put("timeout", spec.timeoutSeconds() + " s");
        shape.put("ephemeral storage", spec.storage() + " MB");
        shape.put("price class", "Lambda " + spec.architecture() + ", per GB-second and request");
      }
      case Target.Existing existing ->
          shape.put(
              "function",
              existing.function() + existing.qualifier().map(q -> ":" + q).orElse(" ($LATEST)"));
    }
    shape.put("region", caller.region());
    warning.ifPresent(text -> shape.put("warning", text));
    return shape;
  }

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
