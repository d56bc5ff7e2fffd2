package dev.outrigger.agent.probe;

/** What one probe found. */
public sealed interface ProbeOutcome {

  record Success() implements ProbeOutcome {}

  /** It succeeded, with something a person should know. */
  record Warning(String output) implements ProbeOutcome {}

  /**
   * @param answered whether it was an answer that failed it, rather than none
   */
  record Failure(String output, boolean answered) implements ProbeOutcome {
    public Failure(String output) {
      this(output, false);
    }
  }

  /** Nothing was learnt of the container: counts neither way. */
  record Unknown(String error) implements ProbeOutcome {}
}
