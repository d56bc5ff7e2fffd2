package dev.outrigger.aws;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.CloudWatchLogsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

/** One log stream in memory, answered in pages of three; the tokens are positions. */
final class FakeLogs implements CloudWatchLogsClient {

  private static final int PAGE = 3;
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final AtomicInteger throttled = new AtomicInteger();
  private volatile String throttledToken = "";

  /** The next calls are refused for their rate. */
  void throttle(int calls) {
    throttled.set(calls);
  }

  /** As {@link #throttle}, of the calls that ask for what follows a page. */
  void throttleAt(String token, int calls) {
    throttledToken = token;
    throttle(calls);
  }

  void add(String... messages) {
    events.addAll(List.of(messages));
  }

  @Override
  public GetLogEventsResponse getLogEvents(GetLogEventsRequest request) {
    String token = request.nextToken();
    boolean concerned = throttledToken.isEmpty() || throttledToken.equals(token);
    if (concerned && throttled.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw CloudWatchLogsException.builder()
          .statusCode(400)
          .awsErrorDetails(AwsErrorDetails.builder().errorCode("ThrottlingException").build())
          .build();
    }
    if (request.startTime() != null && request.startTime() < 0) {
      throw InvalidParameterException.builder()
          .statusCode(400)
          .awsErrorDetails(AwsErrorDetails.builder().errorCode("InvalidParameterException").build())
          .build();
    }
    List<String> now = List.copyOf(events);
    if (now.isEmpty()) {
      throw ResourceNotFoundException.builder()
          .statusCode(400)
          .awsErrorDetails(AwsErrorDetails.builder().errorCode("ResourceNotFoundException").build())
          .build();
    }
    int size = Math.min(PAGE, request.limit());
    boolean forward = token == null ? request.startFromHead() : token.startsWith("f/");
    int at = token == null ? (forward ? 0 : now.size()) : Integer.parseInt(token.substring(2));
    int from = forward ? at : Math.max(0, at - size);
    int to = forward ? Math.min(now.size(), at + size) : at;
    return GetLogEventsResponse.builder()
        .events(now.subList(from, to).stream().map(FakeLogs::event).toList())
        .nextForwardToken("f/" + to)
        .nextBackwardToken("b/" + from)
        .build();
  }

  private static OutputLogEvent event(String message) {
    return OutputLogEvent.builder().timestamp(1_700_000_000_000L).message(message).build();
  }

  @Override
  public String serviceName() {
    return "logs";
  }

  @Override
  public void close() {}
}
