package dev.outrigger.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.ContainerState.Terminated;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.LogQuery;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Workload;
import dev.outrigger.provider.testkit.PodWorks;
import dev.outrigger.provider.testkit.RecordingLog;
import dev.outrigger.provider.testkit.RecordingSink;
import dev.outrigger.simulator.fault.Fault;
import dev.outrigger.simulator.fault.FaultRule;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One invocation for each attempt, with its true outcome, whatever goes wrong on the way. */
class LambdaFaultsTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

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

    assertThat(end(provider, good).exitCode()).hasValue(0);
    assertThat(end(provider, bad).exitCode()).hasValue(1);
    assertThat(aws.starts(good)).isEqualTo(1);
    assertThat(aws.starts(bad)).isEqualTo(1);
    assertThat(struck("ResponseLost")).isEqualTo(2);
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

    assertThat(end(provider, attempt).exitCode()).hasValue(0);
    assertThat(aws.starts(attempt)).isEqualTo(1);
    assertThat(struck("Throttle")).isEqualTo(3);
  }

  @Test
  void whoeverTakesOverARunningInvocationReportsItsTrueOutcomeWithoutInvokingAgain()
      throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("survivor");
    PodWork work = SimulatedLambda.pod(attempt, "{\"sleep\":2}");
    provider.create(work);
    await().atMost(PATIENCE).until(() -> aws.starts(attempt) == 1);
    provider.close();

    try (Provider next = aws.provider("node")) {
      Workload adopted = next.create(work);
      assertThat(adopted.isTerminated()).isFalse();
      Terminated end = end(next, attempt);
      assertThat(end.exitCode()).hasValue(0);
      assertThat(end.message()).contains("from the function's log");
    }
    assertThat(aws.starts(attempt)).isEqualTo(1);
  }

  @Test
  void aClaimWhoseMakerDiedBeforeSendingIsTakenOverAndRunsOnce() throws Exception {
    PodAttempt attempt = claimedBySomebodyWhoDied();

    assertThat(end(provider, attempt).exitCode()).hasValue(0);
    assertThat(aws.starts(attempt)).isEqualTo(1);
    assertThat(struck("ResponseLost")).isEqualTo(1);
    assertThat(claimsMade()).as("of the group's maker, lost, taken over").isGreaterThanOrEqualTo(3);
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

    assertThat(end(provider, attempt).message()).contains("deleted before it was invoked");
    assertThat(aws.starts(attempt)).isZero();
  }

  /** As it looks to the provider: a claim of which it never heard that it was its own. */
  private PodAttempt claimedBySomebodyWhoDied() throws ProviderException {
    makeTheClaimsGroup();
    aws.simulator
        .faults()
        .inject(FaultRule.next(1, "logs", "CreateLogStream", new Fault.ResponseLost()));
    PodAttempt attempt = PodWorks.newAttempt("claimed");
    createPatiently(SimulatedLambda.pod(attempt, "{}"));
    return attempt;
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

    createPatiently(work);
    assertThat(end(provider, attempt).exitCode()).hasValue(0);
    assertThat(aws.starts(attempt)).isEqualTo(1);
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

    Thread stalled = Thread.ofVirtual().start(() -> createPatiently(work));
    await().atMost(PATIENCE).until(this::isClaimed);
    try (Provider other = aws.provider("node")) {
      other.create(work);
      assertThat(end(other, attempt).exitCode()).hasValue(0);
      assertThat(stalled.join(PATIENCE)).isTrue();
      assertThat(end(provider, attempt).exitCode()).hasValue(0);
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
        .atMost(PATIENCE)
        .until(
            () -> {
              listed.add(provider.list().stream().anyMatch(w -> w.attempt().equals(attempt)));
              return ended(provider, attempt).isPresent();
            });
    assertThat(listed).doesNotContain(false);
    assertThat(end(provider, attempt).exitCode()).hasValue(0);
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

    assertThat(end(provider, attempt).exitCode()).hasValue(0);
    assertThat(aws.starts(attempt)).isEqualTo(1);
  }

  @Test
  void withAThirdOfAllCallsThrottledEveryPodRunsOnce() throws Exception {
    aws.simulator.faults().inject(FaultRule.chance(0.3, 7, "lambda", "*", new Fault.Throttle()));
    aws.simulator.faults().inject(FaultRule.chance(0.3, 8, "logs", "*", new Fault.Throttle()));
    List<PodAttempt> attempts =
        List.of("a", "b", "c", "d", "e").stream().map(PodWorks::newAttempt).toList();

    for (PodAttempt attempt : attempts) {
      createPatiently(SimulatedLambda.pod(attempt, "{}"));
    }

    for (PodAttempt attempt : attempts) {
      assertThat(end(provider, attempt).exitCode()).hasValue(0);
      assertThat(aws.starts(attempt)).isEqualTo(1);
    }
    assertThat(struck("Throttle")).isGreaterThan(10);
  }

  @Test
  void theFirstSampleRunsAsItStandsInItsOwnName() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("aws-lambda");

    Workload started = provider.create(sample(attempt));
    Terminated end = end(provider, attempt);

    assertThat(started.warning()).get().asString().contains("512 MB is 0.29 vCPU");
    assertThat(end.exitCode()).hasValue(0);
    assertThat(end.reason()).isEqualTo("Completed");
    assertThat(aws.simulator.journal().starts().getFirst().tags())
        .containsEntry("accessKeyId", "<your-access-key>")
        .containsEntry("region", "us-west-2");
    RecordingLog log = new RecordingLog();
    var all = new LogQuery(attempt, "aws-lambda", Optional.empty(), OptionalInt.empty(), false);
    provider.logs().orElseThrow().read(all, log);
    assertThat(log.texts()).hasSize(2);
    assertThat(log.texts().getFirst()).startsWith("Hello from outrigger-");
    assertThat(log.texts().getLast()).contains("Hello from Lambda");
    assertThat(log.lines()).extracting(LogLine::terminated).containsOnly(true);
  }

  @Test
  void aDeletionsGraceThatBeganBeforeARestartEndsAfterIt() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("deleted");
    provider.create(SimulatedLambda.pod(attempt, "{\"sleep\":50}"));
    provider.delete(attempt.key(), Duration.ofSeconds(3));
    provider.close();

    try (Provider next = aws.provider("node")) {
      next.delete(attempt.key(), Duration.ofSeconds(30));
      Terminated end = end(next, attempt);
      assertThat(end.exitCode()).hasValue(137);
      assertThat(end.message()).contains("cannot be stopped");
    }
  }

  /** The first claim of all does, after a CreateLogStream that fails. */
  private void makeTheClaimsGroup() throws ProviderException {
    PodAttempt first = PodWorks.newAttempt("first");
    provider.create(SimulatedLambda.pod(first, "{}"));
    assertThat(end(provider, first).exitCode()).hasValue(0);
  }

  private boolean isClaimed() {
    return claimsMade() > 0;
  }

  private long claimsMade() {
    return aws.simulator.journal().calls().stream()
        .filter(c -> c.operation().equals("CreateLogStream") && c.outcome().equals("OK"))
        .count();
  }

  private long struck(String fault) {
    return aws.simulator.journal().calls().stream().filter(c -> c.fault().equals(fault)).count();
  }

  private void createPatiently(PodWork work) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsMatching(
            e ->
                e instanceof ProviderException.Throttled
                    || e instanceof ProviderException.Unavailable)
        .until(() -> provider.create(work) != null);
  }

  private static Terminated end(Provider provider, PodAttempt attempt) {
    return await()
        .atMost(PATIENCE)
        .ignoreExceptionsMatching(e -> e instanceof ProviderException)
        .until(() -> ended(provider, attempt), Optional::isPresent)
        .orElseThrow();
  }

  private static Optional<Terminated> ended(Provider provider, PodAttempt attempt)
      throws ProviderException {
    return provider.list().stream()
        .filter(w -> w.attempt().equals(attempt) && w.isTerminated())
        .map(w -> (Terminated) w.containers().getFirst().state())
        .findFirst();
  }

  /** manifests/samples/aws-lambda-pod.yaml, with what the API server adds. */
  static PodWork sample(PodAttempt attempt) {
    ContainerWork container =
        new ContainerWork(
            "aws-lambda",
            "amazon/aws-lambda-base-docker:latest",
            List.of("my_handler"),
            List.of(),
            Optional.empty(),
            List.of(
                EnvVariable.plain("AWS_ACCESS_KEY_ID", "<your-access-key>"),
                EnvVariable.plain("AWS_SECRET_ACCESS_KEY", "<your-secret-key>"),
                EnvVariable.plain("AWS_REGION", "us-west-2")));
    PodWork plain = PodWorks.pod(attempt, List.of(), List.of(container));
    var pod =
        new PodBuilder(plain.pod())
            .editSpec()
            .withRestartPolicy("Always")
            .withNodeName("virtual-kubelet")
            .withServiceAccountName("default")
            .withTerminationGracePeriodSeconds(30L)
            .withDnsPolicy("ClusterFirst")
            .withNewSecurityContext()
            .endSecurityContext()
            .editContainer(0)
            .withNewResources()
            .addToLimits("memory", new Quantity("512Mi"))
            .addToLimits("cpu", new Quantity("1"))
            .endResources()
            .endContainer()
            .endSpec()
            .build();
    return new PodWork(attempt, pod, List.of(), List.of(container), List.of());
  }
}
