package dev.outrigger.lambda;

import java.time.Instant;
import java.util.Optional;

/**
 * What Lambda itself writes into a function's log, known by its exact form: a handler may write
 * anything into the same stream. One that copies such a line to the letter cannot be told from the
 * platform here; {@link LogSeparator} looks at whether it can stand where it stands.
 */
sealed interface PlatformLine {

  /** An execution environment initialises. */
  record InitStart() implements PlatformLine {}

  /**
   * An invocation starts.
   *
   * @param traceId the root of the trace that the caller sent along
   */
  record Start(String requestId, Optional<String> traceId) implements PlatformLine {}

  /** An invocation has ended; what lines before it say of that is not in it. */
  record Report(LogReport report) implements PlatformLine {}

  /** What stopped an invocation from outside the handler. */
  record Failure(String requestId, String detail) implements PlatformLine {}

  /**
   * Nothing that matters here.
   *
   * @param requestId empty where it belongs to no invocation
   */
  record Other(Optional<String> requestId) implements PlatformLine {}

  /** The line that an event of the log is; empty for everything that others wrote. */
  static Optional<PlatformLine> of(Instant time, String message) {
    String text = message.stripTrailing();
    return text.startsWith("{")
        ? JsonLines.parse(text).flatMap(node -> PlatformRecords.of(time, node))
        : PlatformTexts.of(time, text);
  }
}
