package dev.outrigger.provider;

/** How a command in a container ended. */
public sealed interface ExecOutcome {

  /**
   * It ran and ended.
   *
   * @param code 0 to 255; 128 + n when signal n killed it
   */
  record Exited(int code) implements ExecOutcome {}

  /**
   * It could not be started, or its end was not seen.
   *
   * @param message for the user: what happened, in the backend's words
   */
  record Failed(String message) implements ExecOutcome {}
}
