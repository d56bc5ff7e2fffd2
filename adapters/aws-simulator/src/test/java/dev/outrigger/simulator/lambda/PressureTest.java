package dev.outrigger.simulator.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.simulator.SimulatorConfig;
import dev.outrigger.simulator.fault.Fault;
import dev.outrigger.simulator.fault.FaultRule;
import dev.outrigger.simulator.journal.JournalEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.ServiceException;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;

/** Quotas, concurrency, injected faults, restarts, and what closing leaves. */
class PressureTest {
  private static final String ECHO = "def handler(event, context):\n  return event\n";

  /** Until there is a file, if the event names one. */
  private static final String WAITING =
      """
      import os, time
      def handler(event, context):
        while "until" in event and not os.path.exists(event["until"]):
          time.sleep(0.05)
      """;

  @Test
  void reservedConcurrencyOfZeroThrottlesEverything() {
    try (LambdaFixture fixture = LambdaFixture.quick()) {
      fixture.create(fixture.python("none", ECHO));
      fixture.lambda.putFunctionConcurrency(
          r -> r.functionName("none").reservedConcurrentExecutions(0));

      assertThatThrownBy(() -> fixture.invoke("none", "{}"))
          .isInstanceOfSatisfying(
              TooManyRequestsException.class, e -> assertThat(e.statusCode()).isEqualTo(429));
      assertThat(fixture.simulator.journal().starts()).isEmpty();
    }
  }

  @Test
  void accountConcurrencyLimitsWhatRunsAtOnce(@TempDir Path folder) throws Exception {
    Path end = folder.resolve("end");
    try (LambdaFixture fixture = new LambdaFixture(LambdaFixture.QUICK.withAccountConcurrency(1))) {
      fixture.create(fixture.python("slow", WAITING).timeout(120));
      CompletableFuture<?> first =
          CompletableFuture.runAsync(
              () -> fixture.invoke("slow", "{\"until\":\"%s\"}".formatted(end)));
      LambdaFixture.await(() -> fixture.simulator.journal().starts().size() == 1);

      assertThatThrownBy(() -> fixture.invoke("slow", "{}"))
          .isInstanceOf(TooManyRequestsException.class);
      Files.createFile(end);
      assertThat(first).succeedsWithin(LambdaFixture.PATIENCE);
      assertThat(fixture.invoke("slow", "{}").functionError()).isNull();
    }
  }

  @Test
  void controlPlaneIsThrottledAboveFifteenRequestsInASecond() {
    try (LambdaFixture fixture = LambdaFixture.quick()) {
      assertThatThrownBy(() -> IntStream.range(0, 100).forEach(i -> fixture.lambda.listFunctions()))
          .isInstanceOf(TooManyRequestsException.class);
    }
  }

  @Test
  void lostResponseHasItsEffectOnce() {
    try (LambdaFixture fixture = LambdaFixture.quick()) {
      fixture.create(fixture.python("lost", ECHO));
      fixture
          .simulator
          .faults()
          .inject(FaultRule.next(1, "lambda", "Invoke", new Fault.ResponseLost()));

      assertThatThrownBy(() -> fixture.invoke("lost", "{}")).isInstanceOf(SdkClientException.class);
      assertThat(fixture.simulator.journal().starts()).hasSize(1);
    }
  }

  @Test
  void injectedFaultsReachTheCaller() {
    try (LambdaFixture fixture = LambdaFixture.quick()) {
      fixture.create(fixture.python("fault", ECHO));
      var faults = fixture.simulator.faults();
      faults.inject(FaultRule.next(1, "lambda", "Invoke", new Fault.Throttle()));
      assertThatThrownBy(() -> fixture.invoke("fault", "{}"))
          .isInstanceOf(TooManyRequestsException.class);
      faults.inject(FaultRule.next(1, "lambda", "Invoke", new Fault.ServerError(500)));
      assertThatThrownBy(() -> fixture.invoke("fault", "{}")).isInstanceOf(ServiceException.class);
      assertThat(fixture.simulator.journal().starts()).isEmpty();
    }
  }

  @Test
  void functionsAndTheirCodeSurviveARestart(@TempDir Path folder) {
    SimulatorConfig config =
        SimulatorConfig.defaults().withLambda(LambdaFixture.QUICK).withStateFolder(folder);
    String revision;
    try (LambdaFixture fixture = new LambdaFixture(config)) {
      fixture.create(fixture.python("kept", ECHO).memorySize(256));
      revision = fixture.lambda.getFunctionConfiguration(r -> r.functionName("kept")).revisionId();
    }
    try (LambdaFixture fixture = new LambdaFixture(config)) {
      assertThat(fixture.lambda.getFunctionConfiguration(r -> r.functionName("kept")).revisionId())
          .isEqualTo(revision);
      assertThat(fixture.invoke("kept", "[1]").payload().asUtf8String()).isEqualTo("[1]");
    }
  }

  @Test
  void idleEnvironmentsAreReaped() {
    try (LambdaFixture fixture =
        new LambdaFixture(LambdaFixture.QUICK.withIdleLimit(Duration.ofMillis(100)))) {
      fixture.create(
          fixture.python("idle", "import os\ndef handler(e, c):\n  return os.getpid()\n"));
      long pid = Long.parseLong(fixture.invoke("idle", "{}").payload().asUtf8String());

      LambdaFixture.await(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }
  }

  @Test
  void closingEndsWhatRuns() {
    LambdaFixture fixture = LambdaFixture.quick();
    fixture.create(fixture.image("long", "any/image", "outcome").timeout(300));
    CompletableFuture<?> running =
        CompletableFuture.runAsync(() -> fixture.invoke("long", "{\"sleep\":200}"));
    LambdaFixture.await(() -> fixture.simulator.journal().starts().size() == 1);

    fixture.close();

    assertThat(running).failsWithin(LambdaFixture.PATIENCE);
    assertThat(
            ProcessHandle.current()
                .descendants()
                .filter(p -> p.info().commandLine().orElse("").contains("python_runtime")))
        .isEmpty();
  }

  @Test
  void burstOfColdStartsAllSucceedEachOnce() throws InterruptedException {
    try (LambdaFixture fixture = LambdaFixture.quick();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      fixture.create(fixture.image("burst", "any/image", "outcome").timeout(60));
      List<Callable<InvokeResponse>> calls =
          Collections.nCopies(40, () -> fixture.invoke("burst", "{\"sleep\":0.3}"));

      List<InvokeResponse> responses =
          threads.invokeAll(calls).stream().map(Future::resultNow).toList();

      assertThat(responses).allMatch(response -> response.functionError() == null);
      assertThat(fixture.simulator.journal().starts())
          .extracting(JournalEntry.WorkloadStarted::id)
          .doesNotHaveDuplicates()
          .hasSize(40);
    }
  }
}
