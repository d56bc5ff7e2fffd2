package dev.outrigger.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogSeparatorTest {

  private static final String A = "11111111-1111-1111-1111-111111111111";
  private static final String B = "22222222-2222-2222-2222-222222222222";
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @Test
  void textLinesBelongToTheInvocationThatStartedLast() {
    List<LogSeparator.Item> items =
        feed(
            "left over from an invocation whose start was not read",
            "START RequestId: " + A + " Version: $LATEST",
            "one",
            "END RequestId: " + A,
            "REPORT RequestId: " + A + "\tDuration: 1.00 ms\tBilled Duration: 1 ms",
            "START RequestId: " + B + " Version: $LATEST",
            "two\nthree",
            "END RequestId: " + B,
            "REPORT RequestId: " + B + "\tDuration: 1.00 ms");

    assertThat(lines(items, A)).containsExactly("one");
    assertThat(lines(items, B)).containsExactly("two", "three");
  }

  @Test
  void whatInitialisingWritesBelongsToTheInvocationItWasFor() {
    List<LogSeparator.Item> items =
        feed(
            "INIT_START Runtime Version: python:3.12.v1",
            "loading",
            "START RequestId: " + A + " Version: $LATEST",
            "working");

    assertThat(lines(items, A)).containsExactly("loading", "working");
  }

  @Test
  void jsonLinesNameTheirInvocationThemselves() {
    List<LogSeparator.Item> items =
        feed(
            platform("platform.start", "{\"requestId\":\"" + A + "\"}"),
            "plain print",
            "{\"timestamp\":\"t\",\"level\":\"INFO\",\"message\":\"from b\",\"requestId\":\""
                + B
                + "\"}",
            "{\"requestId\":\"mine\",\"own\":\"json\"}",
            platform("platform.report", "{\"requestId\":\"" + A + "\",\"status\":\"success\"}"));

    assertThat(lines(items, A))
        .containsExactly("plain print", "{\"requestId\":\"mine\",\"own\":\"json\"}");
    assertThat(lines(items, B)).containsExactly("from b");
    assertThat(reports(items)).extracting(LogReport::status).containsExactly("success");
  }

  @Test
  void aTextReportTellsFailureTypeTraceAndTheErrorsWords() {
    List<LogSeparator.Item> items =
        feed(
            "START RequestId: " + A + " Version: $LATEST",
            "RequestId: " + A + " Error: Runtime exited with error: exit status 3",
            "END RequestId: " + A,
            "REPORT RequestId: "
                + A
                + "\tDuration: 1.00 ms\tStatus: error\tError Type: Runtime.ExitError\n"
                + "XRAY TraceId: 1-5759e988-bd862e3fe1be46a994272793\tSampled: true");

    LogReport report = reports(items).getFirst();
    assertThat(report.errorType()).contains("Runtime.ExitError");
    assertThat(report.traceId()).contains("1-5759e988-bd862e3fe1be46a994272793");
    assertThat(LambdaStatusMapper.ofReport(report, NOW).exitCode()).hasValue(3);
    assertThat(lines(items, A)).isEmpty();
  }

  @Test
  void aTextReportThatSaysNothingOfItsStatusIsNotTakenForSuccess() {
    LogReport report =
        reports(feed("START RequestId: " + A, "REPORT RequestId: " + A + "\tDuration: 1.00 ms"))
            .getFirst();

    assertThat(LambdaStatusMapper.ofReport(report, NOW).exitCode()).isEmpty();
  }

  @Test
  void aProcessKilledWithItsMemoryFullRanOutOfMemory() {
    String record =
        "{\"requestId\":\""
            + A
            + "\",\"status\":\"error\",\"errorType\":\"Runtime.ExitError\","
            + "\"metrics\":{\"memorySizeMB\":128,\"maxMemoryUsedMB\":128}}";

    var end =
        LambdaStatusMapper.ofReport(
            reports(feed(platform("platform.report", record))).getFirst(), NOW);

    assertThat(end.exitCode()).hasValue(137);
    assertThat(end.reason()).isEqualTo("OOMKilled");
  }

  @Test
  void anExitWhoseStatusTheLogDoesNotTellIsAnUnknownOutcomeNotAGuessedOne() {
    String record =
        "{\"requestId\":\"" + A + "\",\"status\":\"error\",\"errorType\":\"Runtime.ExitError\"}";
    var end =
        LambdaStatusMapper.ofReport(
            reports(feed(platform("platform.report", record))).getFirst(), NOW);

    assertThat(end.exitCode()).isEmpty();
    assertThat(end.reason()).isEqualTo("ContainerStatusUnknown");
    assertThat(end.message()).contains("Runtime.ExitError", "not with which status");
  }

  private static String platform(String type, String record) {
    return "{\"time\":\"t\",\"type\":\"" + type + "\",\"record\":" + record + "}";
  }

  private static List<LogSeparator.Item> feed(String... messages) {
    LogSeparator separator = new LogSeparator();
    List<LogSeparator.Item> items = new ArrayList<>();
    for (String message : messages) {
      items.addAll(separator.accept(NOW, message));
    }
    return items;
  }

  private static List<String> lines(List<LogSeparator.Item> items, String requestId) {
    List<String> lines = new ArrayList<>();
    for (LogSeparator.Item item : items) {
      if (item instanceof LogSeparator.Item.Line l && l.requestId().equals(requestId)) {
        lines.add(new String(l.line().text(), StandardCharsets.UTF_8));
      }
    }
    return lines;
  }

  private static List<LogReport> reports(List<LogSeparator.Item> items) {
    List<LogReport> reports = new ArrayList<>();
    for (LogSeparator.Item item : items) {
      if (item instanceof LogSeparator.Item.Ended e) {
        reports.add(e.report());
      }
    }
    return reports;
  }
}
