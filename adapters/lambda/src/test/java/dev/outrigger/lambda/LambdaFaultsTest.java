package dev.outrigger.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Workload;
import dev.outrigger.provider.testkit.PodWorks;
import dev.outrigger.provider.testkit.RecordingSink;
import dev.outrigger.simulator.fault.Fault;
import dev.outrigger.simulator.fault.FaultRule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One invocation for each attempt, with its true outcome, whatever AWS answers or does not. */
final class LambdaFaultsTest {

  private final SimulatedLambda aws = new SimulatedLambda();
  private final Provider provider = aws.provider("node");

  @AfterEach
  void stop() {
    provider.close();
    aws.close();
  }

  @Test
  void anInvocationWhoseAnswerIsLostRunsOnceAndItsOutcomeComesFromTheLog() throws Exception {
    aws.simulator.faults().inject(FaultRule.next(2, "lambda", "Invoke", new Fault.ResponseLost()));
    PodAttempt good = PodWorks.newAttempt("good");
    PodAttempt bad = PodWorks.newAttempt("bad");

    provider.create(SimulatedLambda.pod(good, "{}"));
    provider.create(SimulatedLambda.pod(bad, "{\"error\":\"broken\"}"));

    assertThat(Outcomes.end(provider, good).exitCode()).hasValue(0);
    assertThat(Outcomes.end(provider, bad).exitCode()).hasValue(1);
    assertThat(aws.starts(good)).isEqualTo(1);
    assertThat(aws.starts(bad)).isEqualTo(1);
    assertThat(aws.struck("ResponseLost")).isEqualTo(2);
  }

  @Test
  void aRuntimeThatLambdaDoesNotHaveIsToldWhereItIsNamed() {
    PodWork work =
        SimulatedLambda.annotated(
            SimulatedLambda.pod(PodWorks.newAttempt("runtime"), "{}"),
            Map.of(CodeSource.RUNTIME, "cobol85"));

    assertThatThrownBy(() -> provider.create(work))
        .isInstanceOf(ProviderException.Invalid.class)
        .hasMessageStartingWith(
            "metadata.annotations[outrigger.dev/lambda-runtime]: lambda:Create");
  }

  @Test
  void aThrottledInvocationWaitsAndRunsOnce() throws Exception {
    aws.simulator.faults().inject(FaultRule.next(3, "lambda", "Invoke", new Fault.Throttle()));
    PodAttempt attempt = PodWorks.newAttempt("throttled");

    provider.create(SimulatedLambda.pod(attempt, "{}"));

    assertThat(Outcomes.end(provider, attempt).exitCode()).hasValue(0);
    assertThat(aws.starts(attempt)).isEqualTo(1);
    assertThat(aws.struck("Throttle")).isEqualTo(3);
  }

  @Test
  void anAttemptThatCouldNotBeRecordedIsToldToNobodySoThatItIsAskedForAgain() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("unrecorded");
    PodWork work = SimulatedLambda.pod(attempt, "{}");
    RecordingSink sink = new RecordingSink();
    try (var _ = provider.watch(sink)) {
      try (var _ =
          aws.simulator
              .faults()
              .inject(FaultRule.always("logs", "PutLogEvents", new Fault.Throttle()))) {
        assertThatThrownBy(() -> provider.create(work))
            .isInstanceOf(ProviderException.Throttled.class);
      }
      assertThat(sink.of(attempt)).isEmpty();
    }

    Outcomes.createPatiently(provider, work);
    assertThat(Outcomes.end(provider, attempt).exitCode()).hasValue(0);
    assertThat(aws.starts(attempt)).isEqualTo(1);
  }

  @Test
  void aRecordWhoseAnswerIsLostUntilTheClaimIsOverIsTakenBackAndRunsOnce() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("perhaps");
    try (var _ =
        aws.simulator
            .faults()
            .inject(FaultRule.always("logs", "PutLogEvents", new Fault.ResponseLost()))) {
      Workload waiting = provider.create(SimulatedLambda.pod(attempt, "{}"));
      assertThat(waiting.containers().getFirst().state())
          .isInstanceOf(ContainerState.Waiting.class);
    }

    assertThat(Outcomes.end(provider, attempt).exitCode()).hasValue(0);
    assertThat(aws.starts(attempt)).isEqualTo(1);
  }

  @Test
  void withAThirdOfAllCallsThrottledEveryPodRunsOnce() throws Exception {
    aws.simulator.faults().inject(FaultRule.chance(0.3, 7, "lambda", "*", new Fault.Throttle()));
    aws.simulator.faults().inject(FaultRule.chance(0.3, 8, "logs", "*", new Fault.Throttle()));
    List<PodAttempt> attempts =
        List.of("a", "b", "c", "d", "e").stream().map(PodWorks::newAttempt).toList();

    for (PodAttempt attempt : attempts) {
      Outcomes.createPatiently(provider, SimulatedLambda.pod(attempt, "{}"));
    }

    for (PodAttempt attempt : attempts) {
      assertThat(Outcomes.end(provider, attempt).exitCode()).hasValue(0);
      assertThat(aws.starts(attempt)).isEqualTo(1);
    }
    assertThat(aws.struck("Throttle")).isGreaterThan(10);
  }
}
