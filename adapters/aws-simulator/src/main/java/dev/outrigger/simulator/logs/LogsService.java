package dev.outrigger.simulator.logs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.AwsFault;
import dev.outrigger.simulator.service.AwsRequest;
import dev.outrigger.simulator.service.AwsResponse;
import dev.outrigger.simulator.service.AwsService;
import dev.outrigger.simulator.service.Json;
import dev.outrigger.simulator.service.Protocol;

/** CloudWatch Logs (API version 2014-03-28): writing and deleting; reading is in LogsReads. */
public final class LogsService implements AwsService {
  private final LogGroups groups;
  private final LogsReads reads;

  /** Serves what the groups hold, under ARNs of that account. */
  public LogsService(LogGroups groups, String accountId) {
    this.groups = groups;
    this.reads = new LogsReads(groups, accountId);
  }

  @Override
  public String signingName() {
    return "logs";
  }

  @Override
  public Protocol protocol() {
    return Protocol.JSON_1_1;
  }

  @Override
  public AwsResponse handle(AwsRequest request) {
    JsonNode body = request.json();
    String region = request.caller().region();
    ObjectNode answer =
        switch (request.operation()) {
          case "CreateLogGroup" -> createGroup(body);
          case "DeleteLogGroup" -> deleteGroup(body);
          case "CreateLogStream" -> createStream(body);
          case "PutLogEvents" -> put(body);
          case "GetLogEvents" -> reads.get(body);
          case "FilterLogEvents" -> reads.filter(body);
          case "DescribeLogStreams" -> reads.streams(body, region);
          case "DescribeLogGroups" -> reads.groups(body, region);
          default -> throw AwsFault.notSimulated(request.operation());
        };
    return AwsResponse.json(answer);
  }

  private ObjectNode createGroup(JsonNode body) {
    if (!groups.ensureGroup(Json.required(body, "logGroupName"))) {
      throw exists("The specified log group already exists");
    }
    return Json.object();
  }

  private ObjectNode deleteGroup(JsonNode body) {
    if (!groups.delete(Json.required(body, "logGroupName"))) {
      throw LogsReads.noGroup();
    }
    return Json.object();
  }

  private ObjectNode createStream(JsonNode body) {
    String group = Json.required(body, "logGroupName");
    if (!groups.hasGroup(group)) {
      throw LogsReads.noGroup();
    }
    if (!groups.ensureStream(group, Json.required(body, "logStreamName"))) {
      throw exists("The specified log stream already exists");
    }
    return Json.object();
  }

  private static AwsFault exists(String message) {
    return new AwsFault(400, "ResourceAlreadyExistsException", message);
  }

  private ObjectNode put(JsonNode body) {
    LogStream stream = reads.stream(body);
    JsonNode events = body.path("logEvents");
    long previous = Long.MIN_VALUE;
    for (JsonNode event : events) {
      if (event.path("timestamp").asLong() < previous) {
        throw new AwsFault(
            400,
            "InvalidParameterException",
            "Log events in a single PutLogEvents request must be in chronological order.");
      }
      previous = event.path("timestamp").asLong();
    }
    String group = reads.groupName(body);
    for (JsonNode event : events) {
      groups.append(
          group, stream.name(), event.path("timestamp").asLong(), event.path("message").asText());
    }
    long next = stream.last().map(LogEvent::sequence).orElse(0L);
    return Json.object().put("nextSequenceToken", "%056d".formatted(next));
  }

  static ObjectNode event(LogEvent event) {
    return Json.object()
        .put("timestamp", event.timestamp())
        .put("message", event.message())
        .put("ingestionTime", event.ingestionTime());
  }

  static ArrayNode array(Iterable<ObjectNode> nodes) {
    ArrayNode array = Json.array();
    nodes.forEach(array::add);
    return array;
  }

  @Override
  public void close() {}
}
