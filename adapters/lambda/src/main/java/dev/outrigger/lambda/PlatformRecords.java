package dev.outrigger.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The platform's records in the log format JSON: {@code {"time", "type", "record"}} and no more,
 * with the attributes that the Telemetry API's event schema says are always there. Others may come
 * with them: AWS has added some over time.
 */
final class PlatformRecords {

  private static final String REPORT = "platform.report";
  private static final String START = "platform.start";
  private static final String INIT_START = "platform.initStart";

  private static final Map<String, List<String>> REQUIRED =
      Map.ofEntries(
          Map.entry(INIT_START, List.of("initializationType")),
          Map.entry("platform.initRuntimeDone", List.of("initializationType", "status")),
          Map.entry("platform.initReport", List.of("initializationType", "metrics")),
          Map.entry(START, List.of("requestId")),
          Map.entry("platform.runtimeDone", List.of("requestId", "status")),
          Map.entry(REPORT, List.of("requestId", "metrics")),
          Map.entry("platform.restoreStart", List.of("functionName", "functionVersion")),
          Map.entry("platform.restoreRuntimeDone", List.of("status")),
          Map.entry("platform.restoreReport", List.of("metrics")),
          Map.entry("platform.extension", List.of("name", "state", "events")),
          Map.entry("platform.telemetrySubscription", List.of("name", "state", "types")),
          Map.entry("platform.logsDropped", List.of("droppedBytes", "droppedRecords", "reason")));

  private static final Set<String> ENVELOPE = Set.of("time", "type", "record");
  private static final Pattern ID = Pattern.compile(PlatformTexts.ID);
  private static final Pattern ROOT = Pattern.compile("Root=([^;]+)");

  private PlatformRecords() {}

  static Optional<PlatformLine> of(Instant time, JsonNode node) {
    JsonNode record = node.path("record");
    String type = node.path("type").asText("");
    List<String> required = REQUIRED.get(type);
    if (required == null
        || node.size() != ENVELOPE.size()
        || !ENVELOPE.stream().allMatch(node::has)
        || !isTime(node.path("time"))
        || !required.stream().allMatch(record::hasNonNull)) {
      return Optional.empty();
    }
    Optional<String> id =
        Optional.of(record.path("requestId").asText("")).filter(i -> ID.matcher(i).matches());
    if (required.contains("requestId") && id.isEmpty()) {
      return Optional.empty();
    }
    return switch (type) {
      case INIT_START -> Optional.of(new PlatformLine.InitStart());
      case START -> Optional.of(new PlatformLine.Start(id.orElseThrow(), trace(record)));
      case REPORT -> report(id.orElseThrow(), time, record);
      default -> Optional.of(new PlatformLine.Other(id));
    };
  }

  private static boolean isTime(JsonNode node) {
    try {
      Instant.parse(node.asText());
      return true;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private static Optional<PlatformLine> report(String id, Instant time, JsonNode record) {
    JsonNode metrics = record.path("metrics");
    if (!metrics.path("durationMs").isNumber()) {
      return Optional.empty();
    }
    JsonNode peak = metrics.path("maxMemoryUsedMB");
    return Optional.of(
        new PlatformLine.Report(
            new LogReport(
                id,
                time,
                record.path("status").asText(""),
                errorType(record),
                trace(record),
                Optional.empty(),
                peak.isIntegralNumber()
                    ? OptionalLong.of(peak.asLong() << 20)
                    : OptionalLong.empty())));
  }

  private static Optional<String> trace(JsonNode record) {
    Matcher root = ROOT.matcher(record.path("tracing").path("value").asText(""));
    return root.find() ? Optional.of(root.group(1)) : Optional.empty();
  }

  /** A process that was killed when it had used all its memory ran out of memory. */
  private static Optional<String> errorType(JsonNode record) {
    JsonNode metrics = record.path("metrics");
    Optional<String> type =
        Optional.of(record.path("errorType").asText("")).filter(t -> !t.isEmpty());
    boolean full =
        metrics.path("memorySizeMB").asInt(0) > 0
            && metrics.path("maxMemoryUsedMB").asInt() >= metrics.path("memorySizeMB").asInt();
    return full && type.filter("Runtime.ExitError"::equals).isPresent()
        ? Optional.of("Runtime.OutOfMemory")
        : type;
  }
}
