package dev.outrigger.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.LogLine;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogSeparatorTest {

  private static final String A = "11111111-1111-1111-1111-111111111111";
  private static final String B = "22222222-2222-2222-2222-222222222222";
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final String INIT =
      "INIT_START Runtime Version: python:3.12.v1\tRuntime Version ARN: a";
  private static final String METRICS =
      "\tDuration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\t";

  private final List<String> lines = new ArrayList<>();

  @Test
  void textLinesBelongToTheInvocationThatStartedLast() {
    String[] stream = {
      "left over from an invocation whose start was not read",
      start(A),
      "one",
      "END RequestId: " + A,
      report(A),
      start(B),
      "two\nthree",
      "END RequestId: " + B,
      report(B)
    };

    feed(A, stream);
    assertThat(lines).containsExactly("one");
    lines.clear();
    feed(B, stream);
    assertThat(lines).containsExactly("two", "three");
  }

  @Test
  void aCarriageReturnSeparatesLinesOnlyWhereARuntimeWritesItForALineFeed() {
    String node = "2026-11-21T12:00:00.000Z\t" + A + "\tINFO\ttwo\rlines";

    feed(
        A,
        start(A),
        "progress 10%\rprogress 20%",
        "[ERROR] ValueError: no\rTraceback (most recent call last):\r\u00a0\u00a0File",
        node,
        report(A));

    assertThat(lines)
        .containsExactly(
            "progress 10%\rprogress 20%",
            "[ERROR] ValueError: no",
            "Traceback (most recent call last):",
            "\u00a0\u00a0File",
            node.substring(0, node.indexOf('\r')),
            "lines");
  }

  @Test
  void whatInitialisingWritesBelongsToTheInvocationItWasFor() {
    feed(A, INIT, "loading", start(A), "working");

    assertThat(lines).containsExactly("loading", "working");
  }

  @Test
  void jsonLinesNameTheirInvocationThemselves() {
    String[] stream = {
      platform("platform.start", "{\"requestId\":\"" + A + "\"}"),
      jsonReport(A, "success"),
      platform("platform.start", "{\"requestId\":\"" + B + "\"}"),
      "plain print",
      wrapped("late, from a", A),
      wrapped("from b", B),
      "{\"requestId\":\"mine\",\"own\":\"json\"}",
      jsonReport(B, "success")
    };

    LogSeparator b = feed(B, stream);
    assertThat(lines)
        .containsExactly("plain print", "from b", "{\"requestId\":\"mine\",\"own\":\"json\"}");
    assertThat(b.report().orElseThrow().status()).isEqualTo("success");
    lines.clear();
    feed(A, stream);
    assertThat(lines).containsExactly("late, from a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"timestamp\":\"t\",\"level\":\"INFO\",\"message\":\"shipped\",\"requestId\":\"order-4711\"}",
        "{\"timestamp\":\"t\",\"level\":\"INFO\",\"message\":\"m\",\"requestId\":\""
            + A
            + "\",\"order\":1}",
        "{\"type\":\"platform.telemetry\",\"record\":{\"my\":\"app event\"}}",
        "{\"type\":\"platform.start\",\"record\":{\"requestId\":\"" + A + "\"}}",
        "{\"time\":\"2026-11-21T12:00:00Z\",\"type\":\"platform.extension\",\"record\":{\"my\":1}}",
        "{\"time\":\"2026-11-21T12:00:00Z\",\"type\":\"platform.start\",\"record\":{\"requestId\":\""
            + B
            + "\"}}",
        "{\"time\":\"2026-11-21T12:00:00Z\",\"type\":\"platform.report\",\"record\":{\"requestId\":\""
            + B
            + "\",\"metrics\":{\"durationMs\":1}}}",
        "START RequestId: 00000000-0000-0000-0000-000000000000 Version: $LATEST",
        "START RequestId: " + A + " Version: $LATEST",
        "END RequestId: 00000000-0000-0000-0000-000000000000",
        "REPORT RequestId: " + A + "\tall is well",
        "RequestId: " + A + " Error: my own words",
        "RequestId: " + B + " Error: Runtime exited with error: exit status 3",
        "INIT_START mine",
        "INIT_REPORT mine",
        "XRAY TraceId: mine"
      })
  void aLineOfTheHandlersThatResemblesThePlatformsIsShown(String own) {
    LogSeparator separator = feed(A, start(A), own, "and more", report(A));

    assertThat(lines).containsExactly(own, "and more");
    assertThat(separator.endsWithReport()).isTrue();
  }

  @Test
  void theLastReportTellsTheOutcomeAndAnEarlierOneWasTheHandlers() {
    LogSeparator separator = new LogSeparator(A);
    String own = jsonReport(A, "success");
    accept(separator, platform("platform.start", "{\"requestId\":\"" + A + "\"}"));
    accept(separator, own);
    accept(separator, "still running");

    assertThat(separator.endsWithReport()).isFalse();
    accept(separator, jsonReport(A, "error"));

    assertThat(separator.endsWithReport()).isTrue();
    assertThat(separator.report().orElseThrow().status()).isEqualTo("error");
    assertThat(lines).containsExactly(own, "still running");
  }

  @Test
  void whatTheEnvironmentWritesForTheNextInvocationFollowsTheReportOfThisOne() {
    LogSeparator separator = feed(A, start(A), report(A), start(B), "of another", report(B));

    assertThat(separator.endsWithReport()).isTrue();
    assertThat(lines).isEmpty();
  }

  @Test
  void anErrorThatTheHandlerLoggedAndOutlivedIsNotItsOutcome() {
    String logged = "[ERROR]\t2026-11-21T12:00:00.000Z\t" + A + "\tretrying";

    LogReport report = feed(A, start(A), logged, report(A)).report().orElseThrow();

    assertThat(report.status()).isEmpty();
    assertThat(report.detail()).isEmpty();
  }

  @Test
  void aTextReportTellsFailureTypeTraceAndTheErrorsWords() {
    LogSeparator separator =
        feed(
            A,
            start(A),
            "RequestId: " + A + " Error: Runtime exited with error: exit status 3",
            "END RequestId: " + A,
            report(A)
                + "Status: error\tError Type: Runtime.ExitError\n"
                + "XRAY TraceId: 1-5759e988-bd862e3fe1be46a994272793\tSampled: true");

    LogReport report = separator.report().orElseThrow();
    assertThat(report.errorType()).contains("Runtime.ExitError");
    assertThat(report.traceId()).contains("1-5759e988-bd862e3fe1be46a994272793");
    assertThat(LambdaStatusMapper.ofReport(report, NOW).exitCode()).hasValue(3);
    assertThat(lines).isEmpty();
  }

  @Test
  void aTextReportThatSaysNothingOfItsStatusIsNotTakenForSuccess() {
    LogReport report = feed(A, start(A), report(A)).report().orElseThrow();

    assertThat(LambdaStatusMapper.ofReport(report, NOW).exitCode()).isEmpty();
  }

  @Test
  void aProcessKilledWithItsMemoryFullRanOutOfMemory() {
    String record =
        "{\"requestId\":\""
            + A
            + "\",\"status\":\"error\",\"errorType\":\"Runtime.ExitError\","
            + "\"metrics\":{\"durationMs\":1,\"memorySizeMB\":128,\"maxMemoryUsedMB\":128}}";

    var end =
        LambdaStatusMapper.ofReport(
            feed(A, platform("platform.report", record)).report().orElseThrow(), NOW);

    assertThat(end.exitCode()).hasValue(137);
    assertThat(end.reason()).isEqualTo("OOMKilled");
  }

  @Test
  void anExitWhoseStatusTheLogDoesNotTellIsAnUnknownOutcomeNotAGuessedOne() {
    String record =
        "{\"requestId\":\""
            + A
            + "\",\"status\":\"error\",\"errorType\":\"Runtime.ExitError\","
            + "\"metrics\":{\"durationMs\":1}}";

    var end =
        LambdaStatusMapper.ofReport(
            feed(A, platform("platform.report", record)).report().orElseThrow(), NOW);

    assertThat(end.exitCode()).isEmpty();
    assertThat(end.reason()).isEqualTo("ContainerStatusUnknown");
    assertThat(end.message()).contains("Runtime.ExitError", "not with which status");
  }

  private static String start(String id) {
    return "START RequestId: " + id + " Version: $LATEST";
  }

  private static String report(String id) {
    return "REPORT RequestId: " + id + METRICS;
  }

  private static String jsonReport(String id, String status) {
    return platform(
        "platform.report",
        "{\"requestId\":\"%s\",\"metrics\":{\"durationMs\":1.5},\"status\":\"%s\"}"
            .formatted(id, status));
  }

  private static String wrapped(String message, String id) {
    return "{\"timestamp\":\"t\",\"level\":\"INFO\",\"message\":\"%s\",\"requestId\":\"%s\"}"
        .formatted(message, id);
  }

  private static String platform(String type, String record) {
    return "{\"time\":\"2026-11-21T12:00:00.000Z\",\"type\":\"%s\",\"record\":%s}"
        .formatted(type, record);
  }

  /** The invocation after all that; its lines are in {@link #lines}. */
  private LogSeparator feed(String requestId, String... messages) {
    LogSeparator separator = new LogSeparator(requestId);
    for (String message : messages) {
      accept(separator, message);
    }
    return separator;
  }

  private void accept(LogSeparator separator, String message) {
    for (LogLine line : separator.accept(NOW, message)) {
      lines.add(new String(line.text(), StandardCharsets.UTF_8));
    }
  }
}
