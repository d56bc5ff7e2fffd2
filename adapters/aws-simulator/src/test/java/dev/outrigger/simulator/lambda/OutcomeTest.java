package dev.outrigger.simulator.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.Runtime;

/** Every way in which an invocation can end badly. */
class OutcomeTest {
  private final LambdaFixture fixture = LambdaFixture.quick();

  @AfterEach
  void close() {
    fixture.close();
  }

  private InvokeResponse outcome(String payload) {
    fixture.create(fixture.image("outcome", "any/image", "outcome").timeout(2));
    return fixture.invoke("outcome", payload);
  }

  private static String id(InvokeResponse response) {
    return response.responseMetadata().requestId();
  }

  @Test
  void exceptionIsUnhandledWithItsTypeAndMessage() {
    InvokeResponse response = outcome("{\"error\":\"it broke\"}");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.functionError()).isEqualTo("Unhandled");
    assertThat(response.payload().asUtf8String())
        .contains("\"errorMessage\": \"it broke\"")
        .contains("\"errorType\": \"RuntimeError\"")
        .contains("\"requestId\": \"" + id(response) + "\"")
        .contains("stackTrace");
    assertThat(LambdaFixture.tail(response)).contains("[ERROR] RuntimeError: it broke");
  }

  @Test
  void exitStatusIsNamed() {
    InvokeResponse response = outcome("{\"exit\":3}");

    assertThat(response.functionError()).isEqualTo("Unhandled");
    assertThat(response.payload().asUtf8String())
        .isEqualTo(
            "{\"errorType\":\"Runtime.ExitError\",\"errorMessage\":\"RequestId: "
                + id(response)
                + " Error: Runtime exited with error: exit status 3\"}");
    assertThat(LambdaFixture.tail(response))
        .contains("Error: Runtime exited with error: exit status 3\nRuntime.ExitError\nEND")
        .contains("Status: error\tError Type: Runtime.ExitError");
  }

  @Test
  void exitWithZeroHasNoReason() {
    assertThat(outcome("{\"exit\":0}").payload().asUtf8String())
        .contains("Runtime exited without providing a reason");
  }

  @Test
  void timeOutKillsAndIsTold() {
    InvokeResponse response = outcome("{\"sleep\":60}");

    assertThat(response.functionError()).isEqualTo("Unhandled");
    assertThat(response.payload().asUtf8String())
        .matches(
            "\\{\"errorMessage\":\"\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z "
                + id(response)
                + " Task timed out after 2.00 seconds\"}");
    assertThat(LambdaFixture.tail(response))
        .contains(id(response) + " Task timed out after 2.00 seconds\nEND")
        .contains("Status: timeout");
    assertThat(fixture.invoke("outcome", "{}").functionError()).isNull();
  }

  @Test
  void memoryAboveTheLimitIsKilled() {
    InvokeResponse response = outcome("{\"memory\":300}");

    assertThat(response.functionError()).isEqualTo("Unhandled");
    assertThat(response.payload().asUtf8String())
        .contains("\"errorType\":\"Runtime.ExitError\"")
        .contains("Runtime exited with error: signal: killed");
    assertThat(LambdaFixture.tail(response))
        .contains("Memory Size: 128 MB\tMax Memory Used: 128 MB");
  }

  @Test
  void importErrorIsAnInitError() {
    fixture.create(fixture.image("missing", "any/image", "no_such_handler"));

    InvokeResponse response = fixture.invoke("missing", "{}");

    assertThat(response.functionError()).isEqualTo("Unhandled");
    assertThat(response.payload().asUtf8String())
        .contains("Runtime.ImportModuleError")
        .contains("Unable to import module 'no_such_handler'");
    assertThat(fixture.simulator.journal().starts()).isEmpty();
  }

  @Test
  void initThatExitsIsAnExitError() {
    fixture.create(
        fixture.zip(
            "init",
            Runtime.PROVIDED_AL2023,
            "none",
            Zips.zip("bootstrap", "#!/bin/sh\necho starting\nexit 7\n")));

    InvokeResponse response = fixture.invoke("init", "{}");

    assertThat(response.payload().asUtf8String())
        .contains("Runtime exited with error: exit status 7");
  }

  @Test
  void grandchildrenDoNotOutliveTheSimulator() {
    fixture.create(
        fixture.python(
            "family",
            """
            import subprocess
            def handler(event, context):
                child = subprocess.Popen(["sh", "-c", "sleep 300 & echo $!; wait"],
                                         stdout=subprocess.PIPE)
                return [child.pid, int(child.stdout.readline())]
            """));
    String pids = fixture.invoke("family", "{}").payload().asUtf8String();

    fixture.close();

    for (String pid : pids.replaceAll("[\\[\\] ]", "").split(",")) {
      Awaitility.await()
          .atMost(LambdaFixture.PATIENCE)
          .until(
              () -> ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive).isEmpty());
    }
  }
}
