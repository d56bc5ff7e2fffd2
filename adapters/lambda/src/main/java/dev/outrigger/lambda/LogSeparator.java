package dev.outrigger.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outrigger.provider.LogLine;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tells apart the invocations that share one log stream. An execution environment handles one
 * invocation at a time, so a line belongs to the last start before it, unless it names a request id
 * itself (JSON). What a new environment writes while it initialises belongs to the invocation it
 * was made for. Pure; fed with one stream's events in order; not safe for concurrent use.
 */
final class LogSeparator {

  /** What an event of the stream turned out to be. */
  sealed interface Item {
    /** The platform's note that an invocation starts here. */
    record Started(String requestId, Instant time, Optional<String> traceId) implements Item {}

    /** A line of the handler. */
    record Line(String requestId, LogLine line) implements Item {}

    /** The platform's note that an invocation has ended. */
    record Ended(LogReport report) implements Item {}
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ID = "([0-9a-fA-F-]{36})";
  private static final Pattern START = Pattern.compile("^START RequestId: " + ID + ".*");
  private static final Pattern END = Pattern.compile("^END RequestId: " + ID + "\\s*$");
  private static final Pattern REPORT = Pattern.compile("^REPORT RequestId: " + ID);
  private static final Pattern STATUS = Pattern.compile("\\tStatus: (\\w+)");
  private static final Pattern ERROR_TYPE = Pattern.compile("Error Type: (\\S+)");
  private static final Pattern XRAY = Pattern.compile("XRAY TraceId: (\\S+)");
  private static final Pattern MEMORY = Pattern.compile("Max Memory Used: (\\d{1,9}) MB");
  private static final Pattern ROOT = Pattern.compile("Root=([^;]+)");
  private static final Pattern PLATFORM_ERROR =
      Pattern.compile("^(RequestId: " + ID + " Error: .*|\\S+ " + ID + " Task timed out after .*)");

  private final List<LogLine> initialising = new ArrayList<>();
  private boolean inInit;
  private Optional<String> current = Optional.empty();
  private Optional<String> detail = Optional.empty();
  private boolean sawHandledError;

  /** The next event of the stream. */
  List<Item> accept(Instant time, String message) {
    String text = message.stripTrailing();
    if (text.startsWith("{")) {
      Optional<List<Item>> found = json(time, text);
      if (found.isPresent()) {
        return found.get();
      }
    }
    Matcher start = START.matcher(text);
    if (start.matches()) {
      return started(start.group(1), time, Optional.empty());
    }
    Matcher report = REPORT.matcher(text);
    if (report.find()) {
      return List.of(ended(textReport(report.group(1), time, text)));
    }
    if (text.startsWith("INIT_START ")) {
      inInit = true;
      return List.of();
    }
    if (END.matcher(text).matches()
        || text.startsWith("INIT_REPORT ")
        || text.startsWith("XRAY TraceId: ")) {
      return List.of();
    }
    if (PLATFORM_ERROR.matcher(text).find()) {
      detail = Optional.of(text.lines().findFirst().orElse(text));
      return List.of();
    }
    if (text.startsWith("[ERROR]") || text.contains("\tERROR\tInvoke Error")) {
      sawHandledError = true;
      detail = Optional.of(text.lines().findFirst().orElse(text));
    }
    return lines(current, time, message);
  }

  private List<Item> lines(Optional<String> owner, Instant time, String message) {
    List<Item> items = new ArrayList<>();
    for (String part : withoutLineEnd(message).split("\r?\n|\r", -1)) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      LogLine line = new LogLine(time, LogLine.Stream.STDOUT, bytes, true);
      if (owner.isPresent()) {
        items.add(new Item.Line(owner.get(), line));
      } else if (inInit) {
        initialising.add(line);
      }
    }
    return items;
  }

  private List<Item> started(String requestId, Instant time, Optional<String> traceId) {
    current = Optional.of(requestId);
    detail = Optional.empty();
    sawHandledError = false;
    List<Item> items = new ArrayList<>();
    items.add(new Item.Started(requestId, time, traceId));
    initialising.forEach(l -> items.add(new Item.Line(requestId, l)));
    initialising.clear();
    inInit = false;
    return items;
  }

  private Item ended(LogReport report) {
    current = Optional.of(report.requestId());
    return new Item.Ended(report);
  }

  private LogReport textReport(String requestId, Instant time, String text) {
    String fallback = sawHandledError ? "error" : "";
    return new LogReport(
        requestId,
        time,
        first(STATUS, text).orElse(fallback),
        first(ERROR_TYPE, text),
        first(XRAY, text),
        detail,
        bytes(first(MEMORY, text)));
  }

  private Optional<List<Item>> json(Instant time, String text) {
    JsonNode node;
    try {
      node = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
    String type = node.path("type").asText("");
    if (type.startsWith("platform.") && node.path("record").isObject()) {
      return Optional.of(platform(type, node.path("record"), time));
    }
    String id = node.path("requestId").asText(node.path("AWSRequestId").asText(""));
    boolean wrapped = node.has("timestamp") && node.has("level") && node.has("message");
    if (id.isEmpty() || !wrapped) {
      return Optional.empty();
    }
    if (node.path("level").asText().equals("ERROR") && node.has("errorType")) {
      detail = Optional.of(node.path("errorType").asText() + ": " + message(node));
    }
    return Optional.of(lines(Optional.of(id), time, message(node)));
  }

  private List<Item> platform(String type, JsonNode record, Instant time) {
    String id = record.path("requestId").asText("");
    Optional<String> trace = first(ROOT, record.path("tracing").path("value").asText(""));
    return switch (type) {
      case "platform.initStart" -> {
        inInit = true;
        yield List.of();
      }
      case "platform.start" -> started(id, time, trace);
      case "platform.report" ->
          List.of(
              ended(
                  new LogReport(
                      id,
                      time,
                      record.path("status").asText(""),
                      errorType(record),
                      trace,
                      detail,
                      bytes(number(record.path("metrics").path("maxMemoryUsedMB"))))));
      default -> List.of();
    };
  }

  private static Optional<String> number(JsonNode node) {
    return node.isIntegralNumber() ? Optional.of(node.asText()) : Optional.empty();
  }

  private static OptionalLong bytes(Optional<String> megabytes) {
    return megabytes.stream().mapToLong(m -> Long.parseLong(m) << 20).findFirst();
  }

  /** The report of an invocation in the tail of its log that came with its answer. */
  static Optional<LogReport> reportIn(String tail, String requestId, Instant now) {
    LogSeparator separator = new LogSeparator();
    return tail.lines()
        .flatMap(line -> separator.accept(now, line).stream())
        .flatMap(item -> item instanceof Item.Ended e ? Stream.of(e.report()) : Stream.empty())
        .filter(report -> report.requestId().equals(requestId))
        .findFirst();
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

  private static String message(JsonNode node) {
    JsonNode message = node.path("message");
    return message.isTextual() ? message.asText() : message.toString();
  }

  private static Optional<String> first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static String withoutLineEnd(String message) {
    String text = message.endsWith("\n") ? message.substring(0, message.length() - 1) : message;
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
