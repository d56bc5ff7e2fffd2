package dev.outrigger.simulator.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.Json;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;

/**
 * One environment's log stream: the handler's lines between the platform's. Used by one thread at a
 * time.
 */
final class InvocationLog {
  private static final int TAIL_BYTES = 4096;

  private final Function function;
  private final String stream;
  private final LogLines sink;
  private final Clock clock;
  private final StringBuilder tail = new StringBuilder();

  InvocationLog(Function function, String stream, LogLines sink, Clock clock) {
    this.function = function;
    this.stream = stream;
    this.sink = sink;
    this.clock = clock;
  }

  /**
   * What the REPORT line tells; times in milliseconds, a negative init for a warm environment; and
   * the trace header.
   */
  record Report(double duration, double init, long memoryUsedMb, String trace) {}

  /** A line of the handler or its runtime. */
  void line(String text) {
    append(text);
  }

  private void append(String text) {
    sink.append(function.id().region(), function.logGroup(), stream, clock.instant(), text);
    tail.append(text).append('\n');
    if (tail.length() > 4 * TAIL_BYTES) {
      tail.delete(0, tail.length() - TAIL_BYTES);
    }
  }

  void initStart() {
    String runtime = function.settings().runtime();
    String version = runtime == null ? "" : runtime.replaceFirst("(?=\\d)", ":");
    if (function.settings().jsonLogs()) {
      ObjectNode record = Json.object().put("initializationType", "on-demand").put("phase", "init");
      record.put("runtimeVersion", version).put("functionName", function.id().name());
      platform("platform.initStart", record.put("functionVersion", "$LATEST"));
    } else if (runtime != null) {
      append("INIT_START Runtime Version: " + version + "\tRuntime Version ARN: ");
    }
  }

  void start(String requestId, String trace) {
    tail.setLength(0);
    if (function.settings().jsonLogs()) {
      ObjectNode record = Json.object().put("requestId", requestId).put("version", "$LATEST");
      tracing(record, trace);
      platform("platform.start", record);
    } else {
      append("START RequestId: " + requestId + " Version: $LATEST");
    }
  }

  /** What the platform says of an invocation that ended badly; only in the Text format. */
  void platformError(String text) {
    if (!function.settings().jsonLogs()) {
      append(text);
    }
  }

  void end(String requestId, InvocationResult result, Report report) {
    if (function.settings().jsonLogs()) {
      platform("platform.report", jsonReport(requestId, result, report));
    } else {
      append("END RequestId: " + requestId);
      append(textReport(requestId, result, report));
    }
  }

  private ObjectNode jsonReport(String requestId, InvocationResult result, Report report) {
    ObjectNode record = Json.object().put("requestId", requestId);
    ObjectNode metrics =
        record
            .putObject("metrics")
            .put("durationMs", Math.round(report.duration() * 1000) / 1000.0)
            .put("billedDurationMs", (long) Math.ceil(billed(report)))
            .put("memorySizeMB", function.settings().memory())
            .put("maxMemoryUsedMB", report.memoryUsedMb());
    if (report.init() >= 0) {
      metrics.put("initDurationMs", Math.round(report.init() * 1000) / 1000.0);
    }
    tracing(record, report.trace());
    record.put("status", status(result));
    if (!result.errorType().isEmpty()) {
      record.put("errorType", result.errorType());
    }
    return record;
  }

  /** Sampled requests only, as AWS. */
  private static void tracing(ObjectNode record, String trace) {
    if (TraceIds.isSampled(trace)) {
      record.putObject("tracing").put("type", "X-Amzn-Trace-Id").put("value", trace);
    }
  }

  private static String status(InvocationResult result) {
    if (result.isSuccess()) {
      return "success";
    }
    return result.status().isEmpty() ? "error" : result.status();
  }

  private String textReport(String requestId, InvocationResult result, Report report) {
    StringBuilder text = new StringBuilder("REPORT RequestId: ").append(requestId);
    text.append(String.format(Locale.ROOT, "\tDuration: %.2f ms", report.duration()));
    text.append(
        String.format(Locale.ROOT, "\tBilled Duration: %d ms", (long) Math.ceil(billed(report))));
    text.append(String.format(Locale.ROOT, "\tMemory Size: %d MB", function.settings().memory()));
    text.append(String.format(Locale.ROOT, "\tMax Memory Used: %d MB\t", report.memoryUsedMb()));
    if (report.init() >= 0) {
      text.append(String.format(Locale.ROOT, "Init Duration: %.2f ms\t", report.init()));
    }
    if (!result.status().isEmpty()) {
      text.append("Status: ").append(result.status());
      if (!result.errorType().isEmpty()) {
        text.append("\tError Type: ").append(result.errorType());
      }
    }
    if (TraceIds.isSampled(report.trace())) {
      String root = report.trace().replaceFirst(".*Root=([^;]*).*", "$1");
      text.append("\nXRAY TraceId: ").append(root).append("\tSampled: true");
    }
    return text.toString();
  }

  private static double billed(Report report) {
    return report.duration() + Math.max(0, report.init());
  }

  private void platform(String type, ObjectNode record) {
    ObjectNode node = Json.object().put("time", now().toString()).put("type", type);
    node.set("record", record);
    append(node.toString());
  }

  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** The last 4 KB since START. */
  byte[] tail() {
    byte[] bytes = tail.toString().getBytes(StandardCharsets.UTF_8);
    return Arrays.copyOfRange(bytes, Math.max(0, bytes.length - TAIL_BYTES), bytes.length);
  }
}
