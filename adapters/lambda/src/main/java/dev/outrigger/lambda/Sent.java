package dev.outrigger.lambda;

/** What became of one Invoke. */
sealed interface Sent {
  record Answered(Claim.Ended ended) implements Sent {}

  record NotRun(String why) implements Sent {}

  /** Not sent: the fence had closed, and somebody else may have taken the claim over. */
  record TurnLost() implements Sent {}

  /** Not sent: the Pod was deleted in the meantime. */
  record Deleted() implements Sent {}

  record Unknown(String why) implements Sent {}
}
