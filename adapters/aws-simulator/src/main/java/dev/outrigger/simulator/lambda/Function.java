package dev.outrigger.simulator.lambda;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A function as it stands. Immutable; every change makes another revision.
 *
 * @param reserved reserved concurrency, or -1 for none
 * @param modified the last change
 * @param activeAt when it leaves Pending
 * @param updatedAt when its last update leaves InProgress
 * @param revision a UUID that changes with each change
 */
record Function(
    FunctionId id,
    FunctionSettings settings,
    FunctionCode code,
    List<String> architectures,
    Map<String, String> tags,
    int reserved,
    Instant modified,
    Instant activeAt,
    Instant updatedAt,
    String revision) {
  static final int NOT_RESERVED = -1;

  Function {
    architectures = List.copyOf(architectures);
    tags = Map.copyOf(tags);
  }

  boolean isActive(Instant now) {
    return !now.isBefore(activeAt);
  }

  boolean isUpdating(Instant now) {
    return now.isBefore(updatedAt);
  }

  /** Where its log goes. */
  String logGroup() {
    String group = settings.logGroup();
    return group == null ? "/aws/lambda/" + id.name() : group;
  }

  Function withTags(Map<String, String> value) {
    return new Function(
        id,
        settings,
        code,
        architectures,
        value,
        reserved,
        modified,
        activeAt,
        updatedAt,
        revision);
  }

  Function withReserved(int value) {
    return new Function(
        id, settings, code, architectures, tags, value, modified, activeAt, updatedAt, revision);
  }

  /** The next revision. */
  Function changed(
      FunctionSettings newSettings, FunctionCode newCode, Instant now, Instant done, String newId) {
    return new Function(
        id, newSettings, newCode, architectures, tags, reserved, now, activeAt, done, newId);
  }
}
