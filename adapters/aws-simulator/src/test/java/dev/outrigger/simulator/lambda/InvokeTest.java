package dev.outrigger.simulator.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.simulator.journal.JournalEntry;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.Runtime;

/** Invocations that really run, through the unmodified SDK. */
class InvokeTest {
  private final LambdaFixture fixture = LambdaFixture.quick();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void demoImageRunsMyHandlerAndAnswersJson() {
    fixture.create(fixture.image("demo", "amazon/aws-lambda-base-docker:latest", "my_handler"));

    InvokeResponse response = fixture.invoke("demo", "{\"n\":1}");

    assertThat(response.functionError()).isNull();
    assertThat(response.executedVersion()).isEqualTo("$LATEST");
    assertThat(response.payload().asUtf8String())
        .contains("\"handler\": \"my_handler\"")
        .contains("\"n\": 1");
    String id = response.responseMetadata().requestId();
    assertThat(LambdaFixture.tail(response))
        .contains("START RequestId: " + id + " Version: $LATEST\nHello from demo in us-west-2\nEND")
        .contains("REPORT RequestId: " + id + "\tDuration: ")
        .contains("Init Duration: ");
  }

  @Test
  void pythonSeesItsContextAndTheRequestIdOfTheAnswer() {
    fixture.create(
        fixture.python(
            "context",
            """
            import os
            def handler(event, context):
                return [context.aws_request_id, context.function_name, context.invoked_function_arn,
                        context.client_context.custom["pod"], os.environ["AWS_REGION"],
                        os.environ["TZ"], context.get_remaining_time_in_millis() > 1000]
            """));
    String clientContext = "{\"custom\":{\"pod\":\"uid-1\"}}";

    InvokeResponse response =
        fixture.lambda.invoke(
            r ->
                r.functionName("context")
                    .clientContext(
                        Base64.getEncoder()
                            .encodeToString(clientContext.getBytes(StandardCharsets.UTF_8))));

    assertThat(response.payload().asUtf8String())
        .isEqualTo(
            "[\"%s\", \"context\", \"arn:aws:lambda:us-west-2:000000000000:function:context\", \"uid-1\", \"us-west-2\", \":UTC\", true]"
                .formatted(response.responseMetadata().requestId()));
    JournalEntry.WorkloadStarted started = fixture.simulator.journal().starts().getFirst();
    assertThat(started.id()).isEqualTo(response.responseMetadata().requestId());
    assertThat(started.tags())
        .containsEntry("clientContext", clientContext)
        .containsEntry("accessKeyId", LambdaFixture.KEY)
        .containsEntry("region", "us-west-2")
        .containsEntry(
            "payloadSha256", CodeArchive.sha256Hex("{}".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void shellBootstrapRunsAgainstTheRuntimeApi() {
    String bootstrap =
        """
        #!/bin/sh
        set -eu
        api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
        while :; do
          event=$(curl -sS -D "$TMPDIR/head" "$api/invocation/next")
          id=$(sed -n 's/\\r$//; s/^[Ll]ambda-[Rr]untime-[Aa]ws-[Rr]equest-[Ii]d: *//p' "$TMPDIR/head")
          echo "event $event for $_HANDLER"
          curl -sS -o /dev/null -X POST "$api/invocation/$id/response" -d "{\\"got\\":$event}"
        done
        """;
    fixture.create(
        fixture.zip("shell", Runtime.PROVIDED_AL2023, "my.own", Zips.zip("bootstrap", bootstrap)));

    for (int i = 0; i < 3; i++) {
      InvokeResponse response = fixture.invoke("shell", "{\"i\":" + i + "}");
      assertThat(response.payload().asUtf8String()).isEqualTo("{\"got\":{\"i\":" + i + "}}");
      assertThat(LambdaFixture.tail(response)).contains("event {\"i\":" + i + "} for my.own");
    }
  }

  @Test
  void bootstrapWithoutItsModeIsNotExecutable() {
    fixture.create(
        fixture.zip(
            "mode",
            Runtime.PROVIDED_AL2023,
            "none",
            Zips.zip("bootstrap", "#!/bin/sh\n", "rw-r--r--")));

    InvokeResponse response = fixture.invoke("mode", "{}");

    assertThat(response.functionError()).isEqualTo("Unhandled");
    assertThat(response.payload().asUtf8String())
        .contains("Runtime.InvalidEntrypoint")
        .contains("permission denied");
  }

  @Test
  void nodeHandlerAnswersAndLogsWithItsRequestId() {
    fixture.create(
        fixture.zip(
            "node",
            Runtime.NODEJS20_X,
            "index.handler",
            Zips.zip(
                "index.mjs",
                "export const handler = async (e) => { console.log('got', e.a); return {b: e.a + 1}; };")));

    InvokeResponse response = fixture.invoke("node", "{\"a\":1}");

    assertThat(response.payload().asUtf8String()).isEqualTo("{\"b\":2}");
    assertThat(LambdaFixture.tail(response))
        .contains("\t" + response.responseMetadata().requestId() + "\tINFO\tgot 1");
  }

  @Test
  void warmEnvironmentIsReusedAndParallelOnesAreSeparate() {
    fixture.create(
        fixture.python(
            "warm",
            """
            import os, time
            calls = 0
            def handler(event, context):
                global calls
                calls += 1
                time.sleep(event.get("sleep", 0))
                return [os.getpid(), calls]
            """));

    String first = fixture.invoke("warm", "{}").payload().asUtf8String();
    String second = fixture.invoke("warm", "{}").payload().asUtf8String();
    assertThat(second).isEqualTo(first.replace(", 1]", ", 2]"));

    List<String> parallel =
        IntStream.range(0, 4)
            .parallel()
            .mapToObj(i -> fixture.invoke("warm", "{\"sleep\":1}").payload().asUtf8String())
            .map(text -> text.substring(0, text.indexOf(',')))
            .toList();
    assertThat(parallel).doesNotContain("").hasSizeGreaterThan(1);
  }

  @Test
  void eventInvocationIsAcceptedAndRetriedTwiceWithTheSameRequestId() {
    fixture.create(
        fixture.python("async", "def handler(event, context):\n  raise ValueError('no')\n"));

    InvokeResponse response =
        fixture.lambda.invoke(r -> r.functionName("async").invocationType(InvocationType.EVENT));

    assertThat(response.statusCode()).isEqualTo(202);
    Awaitility.await()
        .atMost(LambdaFixture.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(fixture.simulator.journal().stops())
                    .hasSize(3)
                    .allMatch(s -> s.id().equals(response.responseMetadata().requestId())));
  }

  @Test
  void dryRunRunsNothing() {
    fixture.create(fixture.image("dry", "any/image", "my_handler"));

    assertThat(
            fixture
                .lambda
                .invoke(r -> r.functionName("dry").invocationType(InvocationType.DRY_RUN))
                .statusCode())
        .isEqualTo(204);
    assertThat(fixture.simulator.journal().starts()).isEmpty();
  }

  @Test
  void payloadsAboveTheLimitsAreRefused() {
    fixture.create(fixture.image("big", "any/image", "echo"));
    SdkBytes sevenMb = SdkBytes.fromUtf8String("\"" + "x".repeat(7 << 20) + "\"");
    SdkBytes twoMb = SdkBytes.fromUtf8String("\"" + "x".repeat(2 << 20) + "\"");

    assertThatThrownBy(() -> fixture.lambda.invoke(r -> r.functionName("big").payload(sevenMb)))
        .isInstanceOfSatisfying(
            LambdaException.class, e -> assertThat(e.statusCode()).isEqualTo(413));
    assertThatThrownBy(
            () ->
                fixture.lambda.invoke(
                    r -> r.functionName("big").invocationType(InvocationType.EVENT).payload(twoMb)))
        .isInstanceOfSatisfying(
            LambdaException.class, e -> assertThat(e.statusCode()).isEqualTo(413));
    InvokeResponse fits = fixture.lambda.invoke(r -> r.functionName("big").payload(twoMb));
    assertThat(fits.payload().asByteArray()).hasSize((2 << 20) + 2);
  }

  @Test
  void payloadThatIsNoJsonIsRefused() {
    fixture.create(fixture.image("json", "any/image", "echo"));

    assertThatThrownBy(() -> fixture.invoke("json", "{no"))
        .isInstanceOf(
            software.amazon.awssdk.services.lambda.model.InvalidRequestContentException.class);
  }
}
