package dev.outrigger.provider;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** What the backend says of one container. Mirrors core/v1 ContainerState. */
public sealed interface ContainerState {

  /**
   * Not started yet.
   *
   * @param reason CamelCase, for example {@code ContainerCreating}
   */
  record Waiting(String reason, String message) implements ContainerState {}

  record Running(Instant startedAt) implements ContainerState {}

  /**
   * Ended.
   *
   * @param exitCode empty when the backend does not know it. Unknown is never success: the agent
   *     reports it as a failure with the reason {@code ContainerStatusUnknown}.
   * @param reason the kubelet's word where there is one ({@code Completed}, {@code Error}, {@code
   *     OOMKilled}, {@code DeadlineExceeded}), else the backend's; empty lets the agent derive it
   * @param message the backend's own words, for a person; no secret
   * @param startedAt empty when it never started
   * @param lastWords what the container wrote to its {@code terminationMessagePath}, at most 4096
   *     bytes; empty when it wrote nothing or the backend does not read it
   */
  record Terminated(
      OptionalInt exitCode,
      String reason,
      String message,
      Optional<Instant> startedAt,
      Instant finishedAt,
      Optional<String> lastWords)
      implements ContainerState {

    /** Without last words. */
    public Terminated(
        OptionalInt exitCode,
        String reason,
        String message,
        Optional<Instant> startedAt,
        Instant finishedAt) {
      this(exitCode, reason, message, startedAt, finishedAt, Optional.empty());
    }
  }
}
