package dev.outrigger.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Whether ECS starts a container again whose command has ended while the task goes on: when it ran
 * for the period since it was last started and the exit code is not ignored (amazon-ecs-agent's
 * RestartTracker). One that ends earlier has ended for good.
 */
record RestartPolicy(Set<Integer> ignoredExitCodes, Duration period) {

  static final int SHORTEST = 60;
  static final int LONGEST = 1_800;
  private static final int DEFAULT = 300;

  RestartPolicy {
    ignoredExitCodes = Set.copyOf(ignoredExitCodes);
  }

  static Optional<RestartPolicy> of(JsonNode container) {
    JsonNode policy = container.path("restartPolicy");
    if (!policy.path("enabled").asBoolean()) {
      return Optional.empty();
    }
    Set<Integer> ignored = new HashSet<>();
    policy.path("ignoredExitCodes").forEach(code -> ignored.add(code.asInt()));
    return Optional.of(
        new RestartPolicy(
            ignored, Duration.ofSeconds(policy.path("restartAttemptPeriod").asInt(DEFAULT))));
  }

  RestartPolicy withPeriod(Duration other) {
    return new RestartPolicy(ignoredExitCodes, other);
  }

  boolean restarts(int exitCode, Duration ran) {
    return !ignoredExitCodes.contains(exitCode) && ran.compareTo(period) >= 0;
  }
}
