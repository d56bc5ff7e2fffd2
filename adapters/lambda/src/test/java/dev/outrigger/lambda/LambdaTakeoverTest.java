package dev.outrigger.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.ContainerState.Terminated;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Workload;
import dev.outrigger.provider.testkit.PodWorks;
import dev.outrigger.simulator.fault.Fault;
import dev.outrigger.simulator.fault.FaultRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One invocation for each attempt, whoever dies, stalls or takes over between claim and end. */
final class LambdaTakeoverTest {

  private final SimulatedLambda aws = new SimulatedLambda();
  private final Provider provider = aws.provider("node");

  @AfterEach
  void stop() {
    provider.close();
    aws.close();
  }

  @Test
  void whoeverTakesOverARunningInvocationReportsItsTrueOutcomeWithoutInvokingAgain()
      throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("survivor");
    PodWork work = SimulatedLambda.pod(attempt, "{\"sleep\":2}");
    provider.create(work);
    await().atMost(Outcomes.PATIENCE).until(() -> aws.starts(attempt) == 1);
    provider.close();

    try (Provider next = aws.provider("node")) {
      Workload adopted = next.create(work);
      assertThat(adopted.isTerminated()).isFalse();
      Terminated end = Outcomes.end(next, attempt);
      assertThat(end.exitCode()).hasValue(0);
      assertThat(end.message()).contains("from the function's log");
    }
    assertThat(aws.starts(attempt)).isEqualTo(1);
  }

  @Test
  void aClaimWhoseMakerDiedBeforeSendingIsTakenOverAndRunsOnce() throws Exception {
    PodAttempt attempt = claimedBySomebodyWhoDied();

    assertThat(Outcomes.end(provider, attempt).exitCode()).hasValue(0);
    assertThat(aws.starts(attempt)).isEqualTo(1);
    assertThat(aws.struck("ResponseLost")).isEqualTo(1);
    assertThat(aws.claimsMade())
        .as("of the group's maker, lost, taken over")
        .isGreaterThanOrEqualTo(3);
  }

  @Test
  void whatIsDeletedWhileItsClaimIsTakenOverIsNotInvoked() throws Exception {
    PodAttempt attempt = claimedBySomebodyWhoDied();
    Duration slow = SimulatedLambda.TAKEOVER.multipliedBy(2);
    aws.simulator
        .faults()
        .inject(FaultRule.next(1, "logs", "CreateLogStream", new Fault.Latency(slow)));

    // Until the takeover waits for its answer; should it not have begun by then, it never does.
    Thread.sleep(SimulatedLambda.TAKEOVER.multipliedBy(3).dividedBy(2));
    provider.delete(attempt.key(), Duration.ofSeconds(1));

    assertThat(Outcomes.end(provider, attempt).message()).contains("deleted before it was invoked");
    assertThat(aws.starts(attempt)).isZero();
  }

  @Test
  void aProcessThatStallsBetweenItsClaimAndTheInvocationLeavesItToTheOneThatTookOver()
      throws Exception {
    Duration stall = SimulatedLambda.TAKEOVER.multipliedBy(3);
    aws.simulator
        .faults()
        .inject(FaultRule.next(1, "logs", "PutLogEvents", new Fault.Latency(stall)));
    PodAttempt attempt = PodWorks.newAttempt("stalled");
    PodWork work = SimulatedLambda.pod(attempt, "{\"sleep\":1}");

    Thread stalled = Thread.ofVirtual().start(() -> Outcomes.createPatiently(provider, work));
    await().atMost(Outcomes.PATIENCE).until(() -> aws.claimsMade() > 0);
    try (Provider other = aws.provider("node")) {
      other.create(work);
      assertThat(Outcomes.end(other, attempt).exitCode()).hasValue(0);
      assertThat(stalled.join(Outcomes.PATIENCE)).isTrue();
      assertThat(Outcomes.end(provider, attempt).exitCode()).hasValue(0);
    }

    assertThat(aws.starts(attempt)).isEqualTo(1);
  }

  @Test
  void whatWasClaimedButNotSentInTimeStaysListedUntilItRuns() throws Exception {
    aws.simulator
        .faults()
        .inject(
            FaultRule.next(1, "logs", "PutLogEvents", new Fault.Latency(SimulatedLambda.TAKEOVER)));
    PodAttempt attempt = PodWorks.newAttempt("late");

    provider.create(SimulatedLambda.pod(attempt, "{}"));

    List<Boolean> listed = new ArrayList<>();
    await()
        .atMost(Outcomes.PATIENCE)
        .until(
            () -> {
              listed.add(provider.list().stream().anyMatch(w -> w.attempt().equals(attempt)));
              return Outcomes.ended(provider, attempt).isPresent();
            });
    assertThat(listed).doesNotContain(false);
    assertThat(Outcomes.end(provider, attempt).exitCode()).hasValue(0);
    assertThat(aws.starts(attempt)).isEqualTo(1);
  }

  @Test
  void aProviderClosedUnderItsInvocationsLeavesThemWithoutAnError() throws Exception {
    List<Throwable> uncaught = Collections.synchronizedList(new ArrayList<>());
    var before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((_, e) -> uncaught.add(e));
    try {
      for (int i = 0; i < 8; i++) {
        PodAttempt attempt = PodWorks.newAttempt("closed-" + i);
        try (Provider brief = aws.provider("node")) {
          brief.create(SimulatedLambda.pod(attempt, "{}"));
        }
      }
      await()
          .dontCatchUncaughtExceptions()
          .during(Duration.ofSeconds(1))
          .until(() -> List.copyOf(uncaught), List::isEmpty);
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  @Test
  void aDeletionsGraceThatBeganBeforeARestartEndsAfterIt() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("deleted");
    provider.create(SimulatedLambda.pod(attempt, "{\"sleep\":50}"));
    provider.delete(attempt.key(), Duration.ofSeconds(3));
    provider.close();

    try (Provider next = aws.provider("node")) {
      next.delete(attempt.key(), Duration.ofSeconds(30));
      Terminated end = Outcomes.end(next, attempt);
      assertThat(end.exitCode()).hasValue(137);
      assertThat(end.message()).contains("cannot be stopped");
    }
  }

  /** As it looks to the provider: a claim of which it never heard that it was its own. */
  private PodAttempt claimedBySomebodyWhoDied() throws ProviderException {
    makeTheClaimsGroup();
    aws.simulator
        .faults()
        .inject(FaultRule.next(1, "logs", "CreateLogStream", new Fault.ResponseLost()));
    PodAttempt attempt = PodWorks.newAttempt("claimed");
    Outcomes.createPatiently(provider, SimulatedLambda.pod(attempt, "{}"));
    return attempt;
  }

  /** The first claim of all does, after a CreateLogStream that fails. */
  private void makeTheClaimsGroup() throws ProviderException {
    PodAttempt first = PodWorks.newAttempt("first");
    provider.create(SimulatedLambda.pod(first, "{}"));
    assertThat(Outcomes.end(provider, first).exitCode()).hasValue(0);
  }
}
