package dev.outrigger.simulator.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/** What invocations leave in CloudWatch Logs. */
class LambdaLogsTest {
  private final LambdaFixture fixture = LambdaFixture.quick();
  private final CloudWatchLogsClient logs =
      CloudWatchLogsClient.builder()
          .endpointOverride(fixture.simulator.endpoint())
          .region(Region.US_WEST_2)
          .credentialsProvider(
              StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIA", "secret")))
          .build();

  @AfterEach
  void close() {
    logs.close();
    fixture.close();
  }

  private List<String> lines(String group) {
    return logs.filterLogEvents(r -> r.logGroupName(group)).events().stream()
        .map(FilteredLogEvent::message)
        .map(String::stripTrailing)
        .toList();
  }

  @Test
  void textFormatHasMarkersAroundTheHandlersLines() {
    fixture.create(fixture.image("text", "any/image", "outcome"));

    InvokeResponse response = fixture.invoke("text", "{\"lines\":3}");

    String id = response.responseMetadata().requestId();
    List<String> lines = lines("/aws/lambda/text");
    assertThat(lines.subList(0, 5))
        .containsExactly(
            "START RequestId: " + id + " Version: $LATEST",
            "line 1",
            "line 2",
            "line 3",
            "END RequestId: " + id);
    assertThat(lines.get(5)).startsWith("REPORT RequestId: " + id + "\tDuration: ");
    assertThat(
            logs.describeLogStreams(r -> r.logGroupName("/aws/lambda/text"))
                .logStreams()
                .getFirst()
                .logStreamName())
        .matches("\\d{4}/\\d\\d/\\d\\d/\\[\\$LATEST][0-9a-f]{32}");
  }

  @Test
  void jsonFormatHasPlatformRecordsInTheGivenGroup() {
    fixture.create(
        fixture
            .image("json", "any/image", "outcome")
            .loggingConfig(l -> l.logFormat("JSON").logGroup("/pods")));

    InvokeResponse response = fixture.invoke("json", "{\"lines\":1}");

    String id = response.responseMetadata().requestId();
    List<String> lines = lines("/pods");
    assertThat(lines.get(0)).contains("\"type\":\"platform.initStart\"");
    assertThat(lines.get(1))
        .contains("\"type\":\"platform.start\"")
        .contains("\"requestId\":\"" + id + "\"");
    assertThat(lines.get(2)).isEqualTo("line 1");
    assertThat(lines.get(3))
        .contains("\"type\":\"platform.report\"")
        .contains("\"requestId\":\"" + id + "\"")
        .contains("\"status\":\"success\"");
  }

  @Test
  void tailIsTheLastFourKilobytesAndTheStreamHasAll() {
    fixture.create(fixture.image("much", "any/image", "outcome").timeout(30));

    InvokeResponse response = fixture.invoke("much", "{\"lines\":5000}");

    assertThat(LambdaFixture.tail(response))
        .hasSize(4096)
        .contains("line 5000\nEND RequestId")
        .doesNotContain("START");
    String stream =
        logs.describeLogStreams(r -> r.logGroupName("/aws/lambda/much"))
            .logStreams()
            .getFirst()
            .logStreamName();
    long count =
        logs
            .getLogEventsPaginator(
                r -> r.logGroupName("/aws/lambda/much").logStreamName(stream).startFromHead(true))
            .events()
            .stream()
            .count();
    assertThat(count).isEqualTo(5003);
  }
}
