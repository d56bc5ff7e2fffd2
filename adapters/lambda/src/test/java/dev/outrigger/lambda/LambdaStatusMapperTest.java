package dev.outrigger.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LambdaStatusMapperTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ValueError          | broken                                              | 1   | Error",
        "Runtime.ExitError   | RequestId: x Error: Runtime exited: exit status 3   | 3   | Error",
        "Runtime.ExitError   | RequestId: x Error: Runtime exited: exit status 0   | 1   | Error",
        "Runtime.ExitError   | RequestId: x Error: Runtime exited: signal: killed  | 137 | OOMKilled",
        "Runtime.ExitError   | RequestId: x Error: Runtime exited: signal: aborted | 134 | Error",
        "Runtime.OutOfMemory | anything                                            | 137 | OOMKilled",
        "Sandbox.Timedout    | RequestId: x Error: Task timed out after 3.00 s     | 143 | DeadlineExceeded",
        "''                  | 2026-11-21 x Task timed out after 3.00 seconds      | 143 | DeadlineExceeded"
      })
  void aFunctionErrorBecomesAnExitCode(String type, String message, int code, String reason) {
    String payload = "{\"errorType\":\"" + type + "\",\"errorMessage\":\"" + message + "\"}";

    var end = LambdaStatusMapper.ofAnswer(Optional.of("Unhandled"), bytes(payload), NOW, NOW);

    assertThat(end.exitCode()).hasValue(code);
    assertThat(end.reason()).isEqualTo(reason);
    assertThat(end.message()).contains(message);
  }

  @Test
  void anAnswerIsSuccessAndItsFirstFourKilobytesAreTheMessage() {
    String answer = "ä".repeat(3000);

    var end = LambdaStatusMapper.ofAnswer(Optional.empty(), bytes(answer), NOW, NOW);

    assertThat(end.exitCode()).hasValue(0);
    assertThat(end.reason()).isEqualTo("Completed");
    assertThat(end.message()).isEqualTo("ä".repeat(2048));
  }

  @Test
  void anErrorThatIsNotJsonKeepsItsWords() {
    var end = LambdaStatusMapper.ofAnswer(Optional.of("Handled"), bytes("oh no"), NOW, NOW);

    assertThat(end.exitCode()).hasValue(1);
    assertThat(end.message()).isEqualTo("oh no");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
