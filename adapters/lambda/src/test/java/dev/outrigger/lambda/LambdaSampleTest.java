package dev.outrigger.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.ContainerState.Terminated;
import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.LogQuery;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.Workload;
import dev.outrigger.provider.testkit.PodWorks;
import dev.outrigger.provider.testkit.RecordingLog;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** manifests/samples/aws-lambda-pod.yaml. */
final class LambdaSampleTest {

  private final SimulatedLambda aws = new SimulatedLambda();
  private final Provider provider = aws.provider("node");

  @AfterEach
  void stop() {
    provider.close();
    aws.close();
  }

  @Test
  void theFirstSampleRunsAsItStandsInItsOwnName() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("aws-lambda");

    Workload started = provider.create(SampleWork.of(attempt));
    Terminated end = Outcomes.end(provider, attempt);

    assertThat(started.warning()).get().asString().contains("512 MB is 0.29 vCPU");
    assertThat(end.exitCode()).hasValue(0);
    assertThat(end.reason()).isEqualTo("Completed");
    assertThat(aws.simulator.journal().starts().getFirst().tags())
        .containsEntry("accessKeyId", "<your-access-key>")
        .containsEntry("region", "us-west-2");
    RecordingLog log = new RecordingLog();
    var all = new LogQuery(attempt, "aws-lambda", Optional.empty(), OptionalInt.empty(), false);
    provider.logs().orElseThrow().read(all, log);
    assertThat(log.texts()).hasSize(2);
    assertThat(log.texts().getFirst()).startsWith("Hello from outrigger-");
    assertThat(log.texts().getLast()).contains("Hello from Lambda");
    assertThat(log.lines()).extracting(LogLine::terminated).containsOnly(true);
  }
}
