package dev.outrigger.agent.pod;

import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.provider.PodAttempt;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;

/** What to do about a Pod next. */
sealed interface PodAction {

  /** Nothing is known or owed any more. */
  record Forget() implements PodAction {}

  /** A workload without a Pod that was never seen: make sure before doing anything. */
  record VerifyOrphan() implements PodAction {}

  /** Let it in, or refuse it, before anything is started. */
  record Admit() implements PodAction {}

  record Start(int attempt) implements PodAction {}

  /** Find out whether the backend holds what it may have started without an answer. */
  record LookUp() implements PodAction {}

  /** Ask the backend to stop everything of this Pod. */
  record Stop(Duration grace) implements PodAction {}

  /** A container failed its probe: ask the backend to stop the attempt, so that it starts anew. */
  record StopUnwell(PodHealth.Unwell unwell, Duration grace) implements PodAction {}

  /**
   * A container failed its probe or hook: ask the backend to stop this run of it alone.
   *
   * @param again whether it is started again whatever its exit code
   */
  record StopContainer(PodHealth.Unwell unwell, PodAttempt run, Duration grace, boolean again)
      implements PodAction {}

  /** A sidecar has started: tell the backend, so that what follows it starts. */
  record TellStarted(PodAttempt run, String container) implements PodAction {}

  /**
   * A container has ended that only the next attempt starts again, while others run: ask the
   * backend to stop the attempt.
   *
   * @param ended its name
   */
  record StopIncomplete(String ended, Duration grace) implements PodAction {}

  /** The backend no longer holds what was started: its outcome is unknown. */
  record ReportLost() implements PodAction {}

  /** Write the status, if it changed. */
  record Report() implements PodAction {}

  /** Ended, and to be started again, but not before {@code due}: write that, and wait. */
  record BackOff(Instant due) implements PodAction {}

  /** Write the next attempt's number, then start it. */
  record Restart(int attempt) implements PodAction {}

  /** Its active deadline has passed and everything of it has ended: write that it failed. */
  record Expire() implements PodAction {}

  /** Write the end once more that somebody else had written. */
  record WriteEnd(PodStatus end) implements PodAction {}

  /** Write the final status, then tell the API server that the Pod may go. */
  record ConfirmDeletion() implements PodAction {}

  /** Its end is written: free what it held. */
  record Rest() implements PodAction {}
}
