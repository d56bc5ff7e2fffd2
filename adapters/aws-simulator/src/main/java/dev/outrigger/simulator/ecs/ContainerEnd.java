package dev.outrigger.simulator.ecs;

import org.jspecify.annotations.Nullable;

/**
 * How a container ended.
 *
 * @param code the exit code, or null when it never ran
 * @param reason why it did not start, or what ended it; or null
 */
record ContainerEnd(@Nullable Integer code, @Nullable String reason) {
  boolean isSuccess() {
    return code != null && code == 0;
  }

  boolean neverRan() {
    return code == null;
  }
}
