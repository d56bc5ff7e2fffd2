package dev.outrigger.lambda;

import dev.outrigger.aws.ApiBucket;
import dev.outrigger.aws.AwsCalls;
import dev.outrigger.lambda.InvocationPlan.Caller;
import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.ProviderException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsResponse;

/** A function's log group: finds an invocation in it, and reads its stream. Blocks. */
final class FunctionLog {

  /** Initialising may take this long before the start; clocks differ by less. */
  private static final Duration MARGIN = Duration.ofSeconds(15);

  private static final String STARTS = "?\"START RequestId\" ?\"platform.start\"";
  private static final String REPORTS = "?\"REPORT RequestId\" ?\"platform.report\"";

  private final CloudWatchLogsClient client;
  private final AwsCalls calls;
  private final String group;

  FunctionLog(LambdaClients clients, Caller caller, String group) {
    this.client = clients.logs(caller);
    this.calls = clients.calls(caller);
    this.group = group;
  }

  /** Where an invocation stands in the group. */
  record Place(String stream, String requestId, Instant from) {}

  /** The place of an invocation whose request id is known; empty while the log does not show it. */
  Optional<Place> find(String requestId, Instant since) throws ProviderException {
    for (FilteredLogEvent event : filter("\"" + requestId + "\"", since)) {
      return Optional.of(
          new Place(
              event.logStreamName(),
              requestId,
              Instant.ofEpochMilli(event.timestamp()).minus(MARGIN)));
    }
    return Optional.empty();
  }

  /** The places of the invocations that started since then and whose trace fits. */
  List<Place> started(Instant since, Predicate<String> trace) throws ProviderException {
    List<Place> places = new ArrayList<>();
    for (FilteredLogEvent event : filter(STARTS, since)) {
      Instant time = Instant.ofEpochMilli(event.timestamp());
      if (PlatformLine.of(time, event.message()).orElse(null) instanceof PlatformLine.Start s
          && s.traceId().filter(trace).isPresent()) {
        places.add(new Place(event.logStreamName(), s.requestId(), time.minus(MARGIN)));
      }
    }
    return places;
  }

  /** A report, and where it stands. */
  record Reported(LogReport report, Place place) {}

  /** The reports of the invocations that ended since then. */
  List<Reported> reports(Instant since) throws ProviderException {
    List<Reported> reports = new ArrayList<>();
    for (FilteredLogEvent event : filter(REPORTS, since)) {
      Instant time = Instant.ofEpochMilli(event.timestamp());
      if (PlatformLine.of(time, event.message()).orElse(null)
          instanceof PlatformLine.Report(LogReport report)) {
        Instant from = since.minus(MARGIN);
        Place place = new Place(event.logStreamName(), report.requestId(), from);
        reports.add(new Reported(report, place));
      }
    }
    return reports;
  }

  /** Reads an invocation's lines from its place on, in steps. Not safe for concurrent use. */
  final class Cursor {
    private final Place place;
    private final LogSeparator separator;
    private @Nullable String token;

    Cursor(Place place) {
      this.place = place;
      this.separator = new LogSeparator(place.requestId());
    }

    /** What the lines so far say of the invocation. */
    LogSeparator invocation() {
      return separator;
    }

    /** What has come since the last call. */
    List<LogLine> next() throws ProviderException {
      List<LogLine> lines = new ArrayList<>();
      while (true) {
        GetLogEventsResponse page = page();
        page.events()
            .forEach(
                e ->
                    lines.addAll(
                        separator.accept(Instant.ofEpochMilli(e.timestamp()), e.message())));
        String following = page.nextForwardToken();
        if (following == null || following.equals(token)) {
          return lines;
        }
        token = following;
      }
    }

    private GetLogEventsResponse page() throws ProviderException {
      GetLogEventsRequest request =
          GetLogEventsRequest.builder()
              .logGroupName(group)
              .logStreamName(place.stream())
              .startFromHead(true)
              .startTime(place.from().toEpochMilli())
              .nextToken(token)
              .build();
      return calls.patiently(
          "logs:GetLogEvents", ApiBucket.LOGS_GET_EVENTS, () -> client.getLogEvents(request));
    }
  }

  Cursor cursor(Place place) {
    return new Cursor(place);
  }

  private List<FilteredLogEvent> filter(String pattern, Instant since) throws ProviderException {
    List<FilteredLogEvent> found = new ArrayList<>();
    @Nullable String token = null;
    try {
      do {
        FilterLogEventsRequest request =
            FilterLogEventsRequest.builder()
                .logGroupName(group)
                .filterPattern(pattern)
                .startTime(since.minus(MARGIN).toEpochMilli())
                .nextToken(token)
                .build();
        FilterLogEventsResponse page =
            calls.patiently(
                "logs:FilterLogEvents",
                ApiBucket.LOGS_FILTER_EVENTS,
                () -> client.filterLogEvents(request));
        found.addAll(page.events());
        token = page.nextToken();
      } while (token != null && !token.isEmpty());
    } catch (ProviderException.NotFound nothingLoggedYet) {
      return List.of();
    }
    return found;
  }
}
