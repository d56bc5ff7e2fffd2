package dev.outrigger.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

class LogsTest {
  private AwsSimulator simulator;
  private CloudWatchLogsClient logs;

  @BeforeEach
  void start() {
    simulator = AwsSimulator.start(SimulatorConfig.defaults().withQuotas(QuotaSettings.OFF));
    logs = new Clients(simulator.endpoint()).logs();
    logs.createLogGroup(r -> r.logGroupName("group"));
    logs.createLogStream(r -> r.logGroupName("group").logStreamName("stream"));
  }

  @AfterEach
  void stop() {
    logs.close();
    simulator.close();
  }

  private void put(long timestamp, String message) {
    simulator.logs().put("group", "stream", Instant.ofEpochMilli(timestamp), message);
  }

  private GetLogEventsResponse get(GetLogEventsRequest.Builder request) {
    return logs.getLogEvents(request.logGroupName("group").logStreamName("stream").build());
  }

  private static List<String> messages(GetLogEventsResponse response) {
    return response.events().stream().map(OutputLogEvent::message).toList();
  }

  @Test
  void forwardTokenPagesWithoutGapOrRepeatAndStandsStillAtTheEnd() {
    put(1000, "a");
    put(1000, "b");
    put(1001, "c");

    GetLogEventsResponse first = get(GetLogEventsRequest.builder().startFromHead(true).limit(2));
    GetLogEventsResponse second =
        get(GetLogEventsRequest.builder().nextToken(first.nextForwardToken()));
    GetLogEventsResponse end =
        get(GetLogEventsRequest.builder().nextToken(second.nextForwardToken()));
    put(1001, "d");
    GetLogEventsResponse more =
        get(GetLogEventsRequest.builder().nextToken(end.nextForwardToken()));

    assertThat(messages(first)).containsExactly("a", "b");
    assertThat(messages(second)).containsExactly("c");
    assertThat(messages(end)).isEmpty();
    assertThat(end.nextForwardToken()).isEqualTo(second.nextForwardToken());
    assertThat(messages(more)).containsExactly("d");
  }

  @Test
  void withoutStartFromHeadTheNewestPageComesAndTheBackwardTokenLeadsToOlderOnes() {
    put(1, "a");
    put(2, "b");
    put(3, "c");

    GetLogEventsResponse newest = get(GetLogEventsRequest.builder().limit(2));
    GetLogEventsResponse older =
        get(GetLogEventsRequest.builder().nextToken(newest.nextBackwardToken()).limit(2));

    assertThat(messages(newest)).containsExactly("b", "c");
    assertThat(messages(older)).containsExactly("a");
  }

  @Test
  void timesSelectFromTheStartInclusiveToTheEndExclusive() {
    put(1, "a");
    put(2, "b");
    put(3, "c");

    assertThat(messages(get(GetLogEventsRequest.builder().startTime(2L).endTime(3L))))
        .containsExactly("b");
  }

  @Test
  void aTimeBefore1970IsRefused() {
    assertThatThrownBy(() -> get(GetLogEventsRequest.builder().startTime(-1L)))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("startTime");
    assertThatThrownBy(
            () -> logs.filterLogEvents(r -> r.logGroupName("group").startTime(5L).endTime(-1L)))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("endTime");
  }

  @Test
  void pageEndsBeforeOneMegabyte() {
    for (int i = 0; i < 20; i++) {
      put(i, "x".repeat(100_000));
    }

    assertThat(messages(get(GetLogEventsRequest.builder().startFromHead(true)))).hasSize(10);
    assertThatThrownBy(() -> get(GetLogEventsRequest.builder().limit(10_001)))
        .isInstanceOf(InvalidParameterException.class);
  }

  @Test
  void putEventsAreReadBackAndFilteredAcrossStreams() {
    logs.createLogStream(r -> r.logGroupName("group").logStreamName("other"));
    logs.putLogEvents(
        r ->
            r.logGroupName("group")
                .logStreamName("other")
                .logEvents(
                    InputLogEvent.builder().timestamp(5L).message("RequestId one").build(),
                    InputLogEvent.builder().timestamp(7L).message("RequestId two").build()));
    put(6, "RequestId three");

    var all = logs.filterLogEvents(r -> r.logGroupName("group").filterPattern("RequestId"));
    var one = logs.filterLogEvents(r -> r.logGroupName("group").filterPattern("\"RequestId one\""));

    assertThat(all.events())
        .extracting(event -> event.message())
        .containsExactly("RequestId one", "RequestId three", "RequestId two");
    assertThat(one.events()).hasSize(1);
  }

  @Test
  void namesAreDescribedAndDeleted() {
    put(1, "a");

    assertThat(logs.describeLogStreams(r -> r.logGroupName("group")).logStreams())
        .singleElement()
        .satisfies(stream -> assertThat(stream.lastEventTimestamp()).isEqualTo(1L));
    assertThat(logs.describeLogGroups(r -> r.logGroupNamePrefix("gr")).logGroups()).hasSize(1);
    logs.deleteLogGroup(r -> r.logGroupName("group"));
    assertThat(logs.describeLogGroups().logGroups()).isEmpty();
    assertThatThrownBy(() -> get(GetLogEventsRequest.builder()))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasMessageContaining("log group does not exist");
  }

  @Test
  void makingWhatExistsOrReadingWhatDoesNotIsRefused() {
    assertThatThrownBy(() -> logs.createLogGroup(r -> r.logGroupName("group")))
        .isInstanceOf(ResourceAlreadyExistsException.class);
    assertThatThrownBy(
            () -> logs.createLogStream(r -> r.logGroupName("group").logStreamName("stream")))
        .isInstanceOf(ResourceAlreadyExistsException.class);
    assertThatThrownBy(() -> logs.getLogEvents(r -> r.logGroupName("group").logStreamName("none")))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasMessageContaining("log stream does not exist");
  }
}
