package dev.outrigger.agent.probe;

/** What one probe found. */
sealed interface ProbeOutcome {

  record Success() implements ProbeOutcome {}

  /** It succeeded, with something a person should know. */
  record Warning(String output) implements ProbeOutcome {}

  record Failure(String output) implements ProbeOutcome {}

  /** Nothing was learnt of the container: counts neither way. */
  record Unknown(String error) implements ProbeOutcome {}
}
