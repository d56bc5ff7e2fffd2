package dev.outrigger.aws;

import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.LogSink;
import dev.outrigger.provider.ProviderException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;

/**
 * Reads one stream of a CloudWatch log group with GetLogEvents. Blocks. Safe for concurrent use.
 *
 * <p>The end of a stream shows itself by the service answering the token it was given (API
 * reference of GetLogEvents). A stream or group that does not exist is one that nothing was written
 * to yet.
 */
public final class LogGroupReader {

  private static final int PAGE = 10_000;

  /** Of at most 1 MB each (API reference): what is newer is read a second time instead. */
  private static final int PAGES_HELD = 8;

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

  private final CloudWatchLogsClient client;
  private final AwsCalls calls;
  private final Duration pollInterval;
  private final Duration settle;
  private final Duration patience;

  /**
   * @param pollInterval between two looks at a followed stream
   * @param settle how long after the container's end its last lines may still arrive
   */
  public LogGroupReader(
      CloudWatchLogsClient client, AwsCalls calls, Duration pollInterval, Duration settle) {
    this(client, calls, pollInterval, settle, PATIENCE);
  }

  /**
   * @param patience how long one page is asked for again
   */
  LogGroupReader(
      CloudWatchLogsClient client,
      AwsCalls calls,
      Duration pollInterval,
      Duration settle,
      Duration patience) {
    this.client = client;
    this.calls = calls;
    this.pollInterval = pollInterval;
    this.settle = settle;
    this.patience = patience;
  }

  /**
   * What to read.
   *
   * @param since leave out events older than this
   * @param tail only so many events at the end; zero or less means all
   */
  public record Range(String group, String stream, Optional<Instant> since, int tail) {}

  /**
   * Writes the lines, oldest first, and returns at the end.
   *
   * @param follow whether to go on until {@code ended} has said yes and nothing more has arrived
   *     for the settle time
   */
  public void read(Range range, boolean follow, BooleanSupplier ended, LogSink sink)
      throws ProviderException, IOException, InterruptedException {
    Place place = new Place(range.tail() > 0 ? writeTail(range, sink) : null);
    writeForward(range, place, sink);
    sink.caughtUp();
    if (!follow) {
      return;
    }
    long quietSince = System.nanoTime();
    boolean sawEnd = false;
    while (!sawEnd || System.nanoTime() - quietSince < settle.toNanos()) {
      Thread.sleep(pollInterval);
      boolean over = sawEnd || ended.getAsBoolean();
      @Nullable String before = place.token;
      patiently(range, place, sink);
      if (!Objects.equals(place.token, before) || over != sawEnd) {
        quietSince = System.nanoTime();
      }
      sawEnd = over;
    }
  }

  /** How far one reader has written; it moves with each page, also when the next one fails. */
  private static final class Place {
    private @Nullable String token;

    Place(@Nullable String token) {
      this.token = token;
    }
  }

  /** A follower outlives throttling and outages: it looks again at the next poll. */
  private void patiently(Range range, Place place, LogSink sink)
      throws ProviderException, IOException, InterruptedException {
    try {
      writeForward(range, place, sink);
    } catch (ProviderException.Throttled | ProviderException.Unavailable e) {
      return;
    }
  }

  private void writeForward(Range range, Place place, LogSink sink)
      throws ProviderException, IOException, InterruptedException {
    while (true) {
      Optional<GetLogEventsResponse> page = page(range, true, place.token, PAGE);
      if (page.isEmpty()) {
        return;
      }
      write(page.get(), sink);
      String next = page.get().nextForwardToken();
      if (next == null || next.equals(place.token)) {
        return;
      }
      place.token = next;
    }
  }

  /** Goes back page by page until enough events are found. Returns where to go on forward. */
  private @Nullable String writeTail(Range range, LogSink sink)
      throws ProviderException, IOException, InterruptedException {
    Deque<GetLogEventsResponse> pages = new ArrayDeque<>();
    int wanted = range.tail();
    @Nullable String back = null;
    while (wanted > 0) {
      Optional<GetLogEventsResponse> page = page(range, false, back, Math.min(wanted, PAGE));
      if (page.isEmpty()) {
        return null;
      }
      pages.push(page.get());
      if (pages.size() > PAGES_HELD) {
        pages.removeLast();
      }
      wanted -= page.get().events().size();
      String next = page.get().nextBackwardToken();
      if (next == null || next.equals(back)) {
        break;
      }
      back = next;
    }
    String forward = pages.getLast().nextForwardToken();
    for (GetLogEventsResponse page : pages) {
      write(page, sink);
    }
    return forward;
  }

  /** Nobody behind a reader would try again: it does so itself, for a while. */
  private Optional<GetLogEventsResponse> page(
      Range range, boolean fromHead, @Nullable String token, int limit)
      throws ProviderException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    for (Duration pause = FIRST_PAUSE; ; pause = pause.multipliedBy(2)) {
      try {
        return tryPage(range, fromHead, token, limit);
      } catch (ProviderException.Throttled | ProviderException.Unavailable e) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        if (System.nanoTime() + pause.toNanos() > deadline) {
          throw e;
        }
        Thread.sleep(pause);
      }
    }
  }

  private Optional<GetLogEventsResponse> tryPage(
      Range range, boolean fromHead, @Nullable String token, int limit) throws ProviderException {
    GetLogEventsRequest request =
        GetLogEventsRequest.builder()
            .logGroupName(range.group())
            .logStreamName(range.stream())
            .startFromHead(fromHead)
            .startTime(startTime(range))
            .nextToken(token)
            .limit(limit)
            .build();
    try {
      return Optional.of(
          calls.call(
              "logs:GetLogEvents", ApiBucket.LOGS_GET_EVENTS, () -> client.getLogEvents(request)));
    } catch (ProviderException.NotFound e) {
      return Optional.empty();
    }
  }

  /** Nothing is older than the service's least, 1970 (API reference). */
  private static @Nullable Long startTime(Range range) {
    return range.since().filter(Instant.EPOCH::isBefore).map(Instant::toEpochMilli).orElse(null);
  }

  private static void write(GetLogEventsResponse page, LogSink sink) throws IOException {
    for (OutputLogEvent event : page.events()) {
      Instant time = Instant.ofEpochMilli(event.timestamp());
      for (String line : withoutEnd(event.message()).split("\n", -1)) {
        sink.line(
            new LogLine(time, LogLine.Stream.STDOUT, line.getBytes(StandardCharsets.UTF_8), true));
      }
    }
  }

  /** Who ends an event's last line has not begun another. */
  private static String withoutEnd(String message) {
    return message.endsWith("\n") ? message.substring(0, message.length() - 1) : message;
  }
}
