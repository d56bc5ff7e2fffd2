package dev.outrigger.simulator.logs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.AwsFault;
import dev.outrigger.simulator.service.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The reading half of CloudWatch Logs; every limit is the API reference's. */
final class LogsReads {
  private static final int PAGE_EVENTS = 10_000;
  private static final int PAGE_NAMES = 50;

  private final LogGroups groups;
  private final String accountId;

  LogsReads(LogGroups groups, String accountId) {
    this.groups = groups;
    this.accountId = accountId;
  }

  static AwsFault noGroup() {
    return new AwsFault(
        400, "ResourceNotFoundException", "The specified log group does not exist.");
  }

  /** By name, or by the ARN or name in the identifier. */
  String groupName(JsonNode body) {
    Optional<String> name = Json.text(body, "logGroupName");
    if (name.isPresent()) {
      return name.get();
    }
    String identifier = Json.required(body, "logGroupIdentifier");
    int at = identifier.indexOf(":log-group:");
    return at < 0
        ? identifier
        : identifier.substring(at + ":log-group:".length()).replaceAll(":\\*$", "");
  }

  private LogGroup group(JsonNode body) {
    return groups.group(groupName(body)).orElseThrow(LogsReads::noGroup);
  }

  LogStream stream(JsonNode body) {
    return group(body).stream(Json.required(body, "logStreamName"))
        .orElseThrow(
            () ->
                new AwsFault(
                    400, "ResourceNotFoundException", "The specified log stream does not exist."));
  }

  private static int limit(JsonNode body, int most) {
    int limit = body.path("limit").asInt(most);
    if (limit < 1 || limit > most) {
      throw new AwsFault(
          400,
          "InvalidParameterException",
          "Value '%d' at 'limit' failed to satisfy constraint: between 1 and %d"
              .formatted(limit, most));
    }
    return limit;
  }

  private static LogPosition time(JsonNode body, String member, LogPosition absent) {
    if (!body.hasNonNull(member)) {
      return absent;
    }
    long time = body.get(member).asLong();
    if (time < 0) {
      throw new AwsFault(
          400,
          "InvalidParameterException",
          ("1 validation error detected: Value '%d' at '%s' failed to satisfy constraint: Member"
                  + " must have value greater than or equal to 0")
              .formatted(time, member));
    }
    return LogPosition.before(time);
  }

  /** At an end of the stream the token that was passed comes back, as the reference says. */
  ObjectNode get(JsonNode body) {
    LogStream stream = stream(body);
    int limit = limit(body, PAGE_EVENTS);
    LogPosition start = time(body, "startTime", LogPosition.START);
    LogPosition end = time(body, "endTime", LogPosition.END);
    String token = Json.text(body, "nextToken").orElse("");
    boolean forward =
        token.isEmpty() ? body.path("startFromHead").asBoolean() : LogPosition.isForward(token);
    LogPosition at = token.isEmpty() ? null : LogPosition.ofToken(token);
    List<LogEvent> events =
        forward
            ? stream.head(at == null || at.isBefore(start) ? start : at, end, limit)
            : stream.tail(start, at == null || end.isBefore(at) ? end : at, limit);
    LogPosition empty = at != null ? at : new LogPosition(Math.max(0, start.timestamp()), 0);
    LogPosition last = events.isEmpty() ? empty : events.getLast().position();
    LogPosition first = events.isEmpty() ? empty : events.getFirst().position();
    ObjectNode answer = Json.object();
    answer.set("events", LogsService.array(events.stream().map(LogsService::event).toList()));
    return answer
        .put("nextForwardToken", last.forwardToken())
        .put("nextBackwardToken", first.backwardToken());
  }

  private record Found(LogStream stream, LogEvent event) {}

  ObjectNode filter(JsonNode body) {
    Set<String> names = Set.copyOf(Json.texts(body.path("logStreamNames")));
    String prefix = Json.text(body, "logStreamNamePrefix").orElse("");
    FilterPattern pattern = new FilterPattern(Json.text(body, "filterPattern").orElse(""));
    LogPosition start = time(body, "startTime", LogPosition.before(0));
    LogPosition after = Json.text(body, "nextToken").map(LogPosition::ofToken).orElse(start);
    long end = time(body, "endTime", LogPosition.END).timestamp();
    int limit = limit(body, PAGE_EVENTS);
    List<Found> found =
        group(body).streams().values().stream()
            .filter(stream -> names.isEmpty() || names.contains(stream.name()))
            .filter(stream -> stream.name().startsWith(prefix))
            .flatMap(stream -> stream.events().stream().map(e -> new Found(stream, e)))
            .filter(f -> after.isBefore(f.event().position()) && f.event().timestamp() <= end)
            .filter(f -> pattern.matches(f.event().message()))
            .sorted(
                Comparator.comparingLong((Found f) -> f.event().timestamp())
                    .thenComparingLong(f -> f.event().sequence()))
            .limit(limit + 1L)
            .toList();
    List<Found> page = found.subList(0, Math.min(limit, found.size()));
    ObjectNode answer = Json.object();
    answer.set("events", LogsService.array(page.stream().map(LogsReads::filtered).toList()));
    answer.set("searchedLogStreams", Json.array());
    if (found.size() > limit) {
      answer.put("nextToken", page.getLast().event().position().forwardToken());
    }
    return answer;
  }

  private static ObjectNode filtered(Found found) {
    ObjectNode event = Json.object().put("logStreamName", found.stream().name());
    event.setAll(LogsService.event(found.event()));
    return event.put("eventId", "%056d".formatted(found.event().sequence()));
  }

  ObjectNode streams(JsonNode body, String region) {
    LogGroup group = group(body);
    String prefix = Json.text(body, "logStreamNamePrefix").orElse("");
    List<LogStream> streams =
        new ArrayList<>(
            group.streams().values().stream()
                .filter(stream -> stream.name().startsWith(prefix))
                .toList());
    if (Json.text(body, "orderBy").orElse("").equals("LastEventTime")) {
      streams.sort(
          Comparator.comparingLong(
              stream -> stream.last().map(LogEvent::timestamp).orElse(Long.MIN_VALUE)));
    }
    List<LogStream> ordered = body.path("descending").asBoolean() ? streams.reversed() : streams;
    String arn = groupArn(group, region);
    return page(
        body,
        "logStreams",
        ordered.stream()
            .map(
                stream -> {
                  ObjectNode node =
                      Json.object()
                          .put("logStreamName", stream.name())
                          .put("creationTime", stream.creationTime())
                          .put("arn", arn + ":log-stream:" + stream.name())
                          .put("storedBytes", 0);
                  stream.first().ifPresent(e -> node.put("firstEventTimestamp", e.timestamp()));
                  stream
                      .last()
                      .ifPresent(
                          e ->
                              node.put("lastEventTimestamp", e.timestamp())
                                  .put("lastIngestionTime", e.ingestionTime())
                                  .put("uploadSequenceToken", "%056d".formatted(e.sequence())));
                  return node;
                })
            .toList());
  }

  ObjectNode groups(JsonNode body, String region) {
    String prefix = Json.text(body, "logGroupNamePrefix").orElse("");
    String part = Json.text(body, "logGroupNamePattern").orElse("");
    Stream<LogGroup> matching =
        groups.groups().values().stream()
            .filter(group -> group.name().startsWith(prefix) && group.name().contains(part));
    return page(
        body,
        "logGroups",
        matching
            .map(
                group ->
                    Json.object()
                        .put("logGroupName", group.name())
                        .put("creationTime", group.creationTime())
                        .put("metricFilterCount", 0)
                        .put("arn", groupArn(group, region) + ":*")
                        .put("storedBytes", 0)
                        .put("logGroupClass", "STANDARD")
                        .put("logGroupArn", groupArn(group, region)))
            .toList());
  }

  private String groupArn(LogGroup group, String region) {
    return "arn:aws:logs:" + region + ":" + accountId + ":log-group:" + group.name();
  }

  /** The token is the index of the next element; good enough for a list that only grows. */
  private static ObjectNode page(JsonNode body, String member, List<ObjectNode> all) {
    int limit = limit(body, PAGE_NAMES);
    int from = Json.text(body, "nextToken").map(LogsReads::index).orElse(0);
    int to = Math.min(all.size(), from + limit);
    ArrayNode page = LogsService.array(all.subList(Math.min(from, to), to));
    ObjectNode answer = Json.object();
    answer.set(member, page);
    return to < all.size() ? answer.put("nextToken", String.valueOf(to)) : answer;
  }

  private static int index(String token) {
    try {
      return Integer.parseInt(token);
    } catch (NumberFormatException e) {
      throw new AwsFault(400, "InvalidParameterException", "The specified nextToken is invalid.");
    }
  }
}
