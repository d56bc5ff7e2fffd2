package dev.outrigger.simulator.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.LastUpdateStatus;
import software.amazon.awssdk.services.lambda.model.PackageType;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.Runtime;
import software.amazon.awssdk.services.lambda.model.State;

/** The control plane, through the unmodified SDK. */
class FunctionsTest {
  private static final String ECHO = "def handler(event, context):\n  return event\n";
  private final LambdaFixture fixture = LambdaFixture.quick();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void functionIsPendingThenActive() {
    try (LambdaFixture slow =
        new LambdaFixture(LambdaFixture.QUICK.withActivation(Duration.ofMillis(800)))) {
      assertThat(slow.lambda.createFunction(slow.python("f", ECHO).build()).state())
          .isEqualTo(State.PENDING);
      assertThatThrownBy(() -> slow.invoke("f", "{}"))
          .isInstanceOf(ResourceConflictException.class);
      slow.lambda.waiter().waitUntilFunctionActiveV2(r -> r.functionName("f"));
      slow.lambda.updateFunctionConfiguration(r -> r.functionName("f").memorySize(256));
      assertThat(slow.lambda.getFunctionConfiguration(r -> r.functionName("f")).lastUpdateStatus())
          .isEqualTo(LastUpdateStatus.IN_PROGRESS);
      assertThatThrownBy(
              () -> slow.lambda.updateFunctionConfiguration(r -> r.functionName("f").timeout(9)))
          .isInstanceOf(ResourceConflictException.class);
      slow.lambda.waiter().waitUntilFunctionUpdatedV2(r -> r.functionName("f"));
      assertThat(slow.invoke("f", "1").payload().asUtf8String()).isEqualTo("1");
    }
  }

  @Test
  void createdFunctionIsShownAsItWasAsked() {
    fixture.create(
        fixture
            .python("shown", ECHO)
            .description("d")
            .memorySize(512)
            .timeout(30)
            .environment(e -> e.variables(Map.of("A_B", "c")))
            .tags(Map.of("owner", "o"))
            .loggingConfig(l -> l.logFormat("JSON").logGroup("/custom")));

    GetFunctionResponse response = fixture.lambda.getFunction(r -> r.functionName("shown"));

    var shown = response.configuration();
    assertThat(shown.functionArn())
        .isEqualTo("arn:aws:lambda:us-west-2:000000000000:function:shown");
    assertThat(shown.memorySize()).isEqualTo(512);
    assertThat(shown.timeout()).isEqualTo(30);
    assertThat(shown.environment().variables()).containsExactly(Map.entry("A_B", "c"));
    assertThat(shown.packageType()).isEqualTo(PackageType.ZIP);
    assertThat(shown.runtime()).isEqualTo(Runtime.PYTHON3_12);
    assertThat(shown.version()).isEqualTo("$LATEST");
    assertThat(shown.codeSha256()).hasSize(44);
    assertThat(shown.revisionId()).hasSize(36);
    assertThat(shown.loggingConfig().logGroup()).isEqualTo("/custom");
    assertThat(shown.state()).isEqualTo(State.ACTIVE);
    assertThat(response.tags()).containsExactly(Map.entry("owner", "o"));
  }

  @Test
  void secondCreateConflictsAndUnknownFunctionIsNotFound() {
    fixture.create(fixture.python("twice", ECHO));

    assertThatThrownBy(() -> fixture.create(fixture.python("twice", ECHO)))
        .isInstanceOfSatisfying(
            ResourceConflictException.class, e -> assertThat(e.statusCode()).isEqualTo(409));
    assertThatThrownBy(() -> fixture.invoke("none", "{}"))
        .isInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(() -> fixture.lambda.deleteFunction(r -> r.functionName("none")))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void updatedCodeRunsAtOnceInFreshEnvironments() {
    fixture.create(fixture.python("code", ECHO));
    assertThat(fixture.invoke("code", "1").payload().asUtf8String()).isEqualTo("1");

    String before =
        fixture.lambda.getFunctionConfiguration(r -> r.functionName("code")).revisionId();
    fixture.lambda.updateFunctionCode(
        r ->
            r.functionName("code")
                .zipFile(Zips.zip("app.py", "def handler(e, c):\n  return 'new'\n")));

    assertThat(fixture.invoke("code", "1").payload().asUtf8String()).isEqualTo("\"new\"");
    assertThat(fixture.lambda.getFunctionConfiguration(r -> r.functionName("code")).revisionId())
        .isNotEqualTo(before);
  }

  @Test
  void environmentOfTheFunctionReachesTheHandlerAndNothingElseDoes() {
    fixture.create(
        fixture
            .python("env", "import os\ndef handler(e, c):\n  return sorted(os.environ)\n")
            .environment(e -> e.variables(Map.of("MY_VALUE", "v"))));

    assertThat(fixture.invoke("env", "{}").payload().asUtf8String())
        .contains("MY_VALUE", "_HANDLER", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "LAMBDA_TASK_ROOT")
        .doesNotContain("JAVA_HOME", "\"HOME\"", "USER");
  }

  private void refused(CreateFunctionRequest.Builder request, String text) {
    assertThatThrownBy(() -> fixture.create(request))
        .isInstanceOfSatisfying(
            LambdaException.class,
            e -> {
              assertThat(e.statusCode()).isEqualTo(400);
              assertThat(e.getMessage()).contains(text);
            });
  }

  @Test
  void whatAwsRefusesIsRefused() {
    refused(fixture.python("bad name!", ECHO), "functionName");
    refused(fixture.python("m", ECHO).memorySize(64), "greater than or equal to 128");
    refused(fixture.python("m", ECHO).memorySize(10_241), "less than or equal to 10240");
    refused(fixture.python("t", ECHO).timeout(901), "less than or equal to 900");
    refused(fixture.python("h", ECHO).handler(null), "Runtime and Handler are mandatory");
    refused(fixture.python("r", ECHO).role("someone"), "role");
    refused(
        fixture.python("e", ECHO).environment(e -> e.variables(Map.of("AWS_REGION", "x"))),
        "Reserved keys used in this request: AWS_REGION");
    refused(
        fixture.python("e", ECHO).environment(e -> e.variables(Map.of("BIG", "x".repeat(4096)))),
        "exceeded the 4KB limit");
    refused(
        fixture.python("e", ECHO).environment(e -> e.variables(Map.of("1X", "x"))),
        "regular expression");
    assertThat(fixture.lambda.listFunctions().functions()).isEmpty();
  }

  @Test
  void strictCatalogueRefusesUnknownImages() {
    try (LambdaFixture strict = new LambdaFixture(LambdaFixture.QUICK.withStrictImages(true))) {
      assertThatThrownBy(() -> strict.create(strict.image("x", "some/image:1", "app.handler")))
          .isInstanceOf(InvalidParameterValueException.class)
          .hasMessageContaining("Source image some/image:1 does not exist");
      strict.create(strict.image("demo", "amazon/aws-lambda-base-docker:latest", "my_handler"));
      assertThat(strict.invoke("demo", "{}").functionError()).isNull();
    }
  }

  @Test
  void functionsAreListedInPages() {
    for (String name : List.of("a", "b", "c")) {
      fixture.create(fixture.image(name, "any/image", "echo"));
    }

    assertThat(fixture.lambda.listFunctions(r -> r.maxItems(2)).nextMarker()).isEqualTo("b");
    assertThat(
            fixture.lambda.listFunctionsPaginator(r -> r.maxItems(2)).functions().stream()
                .map(FunctionConfiguration::functionName))
        .containsExactly("a", "b", "c");
  }

  @Test
  void tagsAreAddedListedAndRemoved() {
    fixture.create(fixture.python("tags", ECHO).tags(Map.of("a", "1")));
    String arn =
        fixture.lambda.getFunction(r -> r.functionName("tags")).configuration().functionArn();

    fixture.lambda.tagResource(r -> r.resource(arn).tags(Map.of("b", "2", "c", "3")));
    fixture.lambda.untagResource(r -> r.resource(arn).tagKeys("a", "c"));

    assertThat(fixture.lambda.listTags(r -> r.resource(arn)).tags())
        .containsExactly(Map.entry("b", "2"));
  }

  @Test
  void deletedFunctionIsGoneWithItsProcesses() {
    fixture.create(fixture.python("gone", "import os\ndef handler(e, c):\n  return os.getpid()\n"));
    long pid = Long.parseLong(fixture.invoke("gone", "{}").payload().asUtf8String());

    fixture.lambda.deleteFunction(r -> r.functionName("gone"));

    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    assertThatThrownBy(() -> fixture.invoke("gone", "{}"))
        .isInstanceOf(ResourceNotFoundException.class);
  }
}
