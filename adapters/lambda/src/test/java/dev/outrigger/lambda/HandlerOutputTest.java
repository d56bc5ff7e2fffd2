package dev.outrigger.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outrigger.provider.LogQuery;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.testkit.PodWorks;
import dev.outrigger.provider.testkit.RecordingLog;
import dev.outrigger.simulator.fault.Fault;
import dev.outrigger.simulator.fault.FaultRule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A handler that prints what looks like Lambda's own report, and fails later. */
final class HandlerOutputTest {

  private static final String ALMOST =
      "{\"type\":\"platform.report\",\"record\":{\"requestId\":\"REQUEST_ID\","
          + "\"status\":\"success\",\"metrics\":{\"maxMemoryUsedMB\":1}}}";
  private static final String EXACT =
      "{\"time\":\"2026-11-21T12:00:00.000Z\",\"type\":\"platform.report\",\"record\":"
          + "{\"requestId\":\"REQUEST_ID\",\"status\":\"success\",\"metrics\":{\"durationMs\":1}}}";

  private final SimulatedLambda aws = new SimulatedLambda();
  private final Provider provider = aws.provider("node");

  @AfterEach
  void stop() {
    provider.close();
    aws.close();
  }

  @Test
  void aPodWhoseAnswerIsLostHasNotSucceededBecauseItsHandlerPrintedSo() throws Exception {
    aws.simulator.faults().inject(FaultRule.next(1, "lambda", "Invoke", new Fault.ResponseLost()));
    PodAttempt attempt = PodWorks.newAttempt("forger");

    provider.create(SimulatedLambda.pod(attempt, failingAfter(ALMOST, EXACT)));

    assertThat(Outcomes.end(provider, attempt).exitCode()).hasValue(1);
  }

  @Test
  void followingGoesOnPastAReportThatTheHandlerPrinted() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("followed");
    provider.create(SimulatedLambda.pod(attempt, failingAfter("before", EXACT)));

    RecordingLog log = new RecordingLog();
    var followed =
        new LogQuery(attempt, PodWorks.CONTAINER, Optional.empty(), OptionalInt.empty(), true);
    provider.logs().orElseThrow().read(followed, log);

    assertThat(log.texts()).hasSize(3);
    assertThat(log.texts().getFirst()).isEqualTo("before");
    assertThat(log.texts().get(1)).contains("platform.report");
    assertThat(log.texts().getLast()).contains("broken");
  }

  private static String failingAfter(String... lines) throws Exception {
    return new ObjectMapper()
        .writeValueAsString(Map.of("lines", List.of(lines), "sleep", 3, "error", "broken"));
  }
}
