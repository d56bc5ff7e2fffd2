package dev.outrigger.lambda;

import dev.outrigger.aws.ApiBucket;
import dev.outrigger.aws.AwsCalls;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.ProviderException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogStreamsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogStream;

/**
 * The durable record of every attempt: one log stream each, {@code <node>/<uid>/<attempt>.<gen>}.
 * CreateLogStream fails when the stream exists, so exactly one caller makes it: that is the claim.
 * Blocks; safe for concurrent use.
 */
final class Claims {

  private final CloudWatchLogsClient client;
  private final AwsCalls calls;
  private final String group;
  private final String node;
  private final Clock clock;

  Claims(CloudWatchLogsClient client, AwsCalls calls, String group, String node, Clock clock) {
    this.client = client;
    this.calls = calls;
    this.group = group;
    this.node = node;
    this.clock = clock;
  }

  /**
   * Claims an attempt.
   *
   * @return whether this call made the claim; false means that somebody else did, or an earlier
   *     call whose answer was lost
   */
  boolean claim(PodAttempt attempt, int generation) throws ProviderException {
    String stream = stream(attempt.key().uid(), attempt.number(), generation);
    try {
      createStream(stream);
      return true;
    } catch (ProviderException.Conflict taken) {
      return false;
    } catch (ProviderException.NotFound noGroup) {
      createGroup();
    }
    try {
      createStream(stream);
      return true;
    } catch (ProviderException.Conflict taken) {
      return false;
    }
  }

  /** Adds to a claim's record; returned means durable. */
  void append(Claim claim, List<ClaimEvent> events) throws ProviderException {
    List<InputLogEvent> input =
        events.stream()
            .map(
                e ->
                    InputLogEvent.builder()
                        .timestamp(clock.millis())
                        .message(ClaimCodec.write(e))
                        .build())
            .toList();
    String stream = stream(claim.uid(), claim.number(), claim.generation());
    logs(
        "logs:PutLogEvents",
        () ->
            client.putLogEvents(r -> r.logGroupName(group).logStreamName(stream).logEvents(input)));
  }

  /** The latest generation of an attempt's claim, if there is one. */
  Optional<Claim> find(PodAttempt attempt) throws ProviderException {
    return read(prefix(attempt.key()) + attempt.number() + ".").stream().findFirst();
  }

  /** The claims of all attempts of a Pod. */
  List<Claim> ofPod(PodKey key) throws ProviderException {
    return read(prefix(key));
  }

  /** Every claim of this node. */
  List<Claim> all() throws ProviderException {
    return read(node + "/");
  }

  /** Forgets a claim for good: its Pod has long been gone. */
  void remove(Claim claim) throws ProviderException {
    for (int g = 0; g <= claim.generation(); g++) {
      String stream = stream(claim.uid(), claim.number(), g);
      try {
        logs(
            "logs:DeleteLogStream",
            () -> client.deleteLogStream(r -> r.logGroupName(group).logStreamName(stream)));
      } catch (ProviderException.NotFound gone) {
        // Somebody else removed it: that is what was wanted.
      }
    }
  }

  private List<Claim> read(String prefix) throws ProviderException {
    Map<String, Claim> byStream = new TreeMap<>();
    try {
      for (LogStream stream : streams(prefix)) {
        parse(stream).ifPresent(c -> byStream.put(stream.logStreamName(), c));
      }
      if (!byStream.isEmpty()) {
        events(prefix)
            .forEach((stream, found) -> byStream.computeIfPresent(stream, (s, c) -> c.with(found)));
      }
    } catch (ProviderException.NotFound noGroup) {
      return List.of();
    }
    return latest(byStream.values());
  }

  private static List<Claim> latest(Collection<Claim> claims) {
    Map<String, Claim> byAttempt = new TreeMap<>();
    for (Claim claim : claims) {
      byAttempt.merge(
          claim.uid() + "/" + claim.number(),
          claim,
          (a, b) -> a.generation() > b.generation() ? a : b);
    }
    return List.copyOf(byAttempt.values());
  }

  private List<LogStream> streams(String prefix) throws ProviderException {
    List<LogStream> streams = new ArrayList<>();
    String token = "";
    do {
      String from = token;
      DescribeLogStreamsResponse page =
          calls.patiently(
              "logs:DescribeLogStreams",
              ApiBucket.LOGS_DESCRIBE_STREAMS,
              () ->
                  client.describeLogStreams(
                      r ->
                          r.logGroupName(group)
                              .logStreamNamePrefix(prefix)
                              .limit(50)
                              .nextToken(from.isEmpty() ? null : from)));
      streams.addAll(page.logStreams());
      token = page.nextToken() == null ? "" : page.nextToken();
    } while (!token.isEmpty());
    return streams;
  }

  private Map<String, List<ClaimEvent>> events(String prefix) throws ProviderException {
    Map<String, List<ClaimEvent>> events = new TreeMap<>();
    String token = "";
    do {
      String from = token;
      var request =
          FilterLogEventsRequest.builder()
              .logGroupName(group)
              .logStreamNamePrefix(prefix)
              .nextToken(from.isEmpty() ? null : from)
              .build();
      var page =
          calls.patiently(
              "logs:FilterLogEvents",
              ApiBucket.LOGS_FILTER_EVENTS,
              () -> client.filterLogEvents(request));
      page.events()
          .forEach(
              e ->
                  ClaimCodec.read(e.message())
                      .ifPresent(
                          event ->
                              events
                                  .computeIfAbsent(e.logStreamName(), s -> new ArrayList<>())
                                  .add(event)));
      token = page.nextToken() == null ? "" : page.nextToken();
    } while (!token.isEmpty());
    return events;
  }

  private Optional<Claim> parse(LogStream stream) {
    String[] parts = stream.logStreamName().split("/");
    String[] last = parts[parts.length - 1].split("\\.");
    if (parts.length != 3 || last.length != 2 || !last[0].matches("\\d{1,9}")) {
      return Optional.empty();
    }
    return Optional.of(
        new Claim(
            parts[1],
            Integer.parseInt(last[0]),
            Integer.parseInt(last[1]),
            Instant.ofEpochMilli(stream.creationTime()),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
  }

  private void createStream(String stream) throws ProviderException {
    logs(
        "logs:CreateLogStream",
        () -> client.createLogStream(r -> r.logGroupName(group).logStreamName(stream)));
  }

  private void createGroup() throws ProviderException {
    try {
      logs("logs:CreateLogGroup", () -> client.createLogGroup(r -> r.logGroupName(group)));
    } catch (ProviderException.Conflict exists) {
      // Made by somebody else in the meantime.
    }
  }

  private <T> T logs(String action, Supplier<T> call) throws ProviderException {
    return calls.call(action, bucket(action), call);
  }

  private static ApiBucket bucket(String action) {
    return switch (action) {
      case "logs:PutLogEvents" -> ApiBucket.LOGS_PUT_EVENTS;
      case "logs:DescribeLogStreams" -> ApiBucket.LOGS_DESCRIBE_STREAMS;
      default -> ApiBucket.LOGS_CREATE_STREAM;
    };
  }

  private String prefix(PodKey key) {
    return node + "/" + key.uid() + "/";
  }

  private String stream(String uid, int number, int generation) {
    return node + "/" + uid + "/" + number + "." + generation;
  }
}
