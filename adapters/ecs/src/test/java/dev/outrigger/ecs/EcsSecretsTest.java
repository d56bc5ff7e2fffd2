package dev.outrigger.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.SensitiveText;
import dev.outrigger.provider.Workload;
import dev.outrigger.provider.testkit.PodWorks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Values of Kubernetes' Secrets on their way through Secrets Manager. */
class EcsSecretsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private final SimulatedEcs ecs = new SimulatedEcs();
  private final EcsProvider provider = ecs.provider(SimulatedEcs.NODE);

  @AfterEach
  void close() {
    provider.close();
    ecs.close();
  }

  @Test
  void aSecretRemovedBehindOurBackFailsOneAttemptAndIsMadeAnewForTheNext() throws Exception {
    assertThat(exitCode("before", "hunter2", "test ${#VALUE} = 7")).hasValue(0);
    ecs.removeSecrets();

    assertThat(exitCode("failing", "hunter2", "test ${#VALUE} = 7")).isEmpty();
    assertThat(exitCode("after", "hunter2", "test ${#VALUE} = 7")).hasValue(0);
  }

  @Test
  void anEmptyValueReachesTheContainerThoughSecretsManagerHoldsNone() throws Exception {
    assertThat(exitCode("empty", "", "test x${VALUE-absent} = x")).hasValue(0);
  }

  private OptionalInt exitCode(String pod, String secret, String script) throws Exception {
    PodAttempt attempt = PodWorks.newAttempt(pod);
    PodWork plain = PodWorks.shell(attempt, script);
    ContainerWork main = plain.containers().getFirst();
    ContainerWork with =
        new ContainerWork(
            main.name(),
            main.image(),
            main.command(),
            main.args(),
            Optional.empty(),
            List.of(new EnvVariable("VALUE", SensitiveText.sensitive(secret))));
    provider.create(new PodWork(attempt, plain.pod(), List.of(), List.of(with), List.of()));
    Workload end =
        await()
            .atMost(PATIENCE)
            .until(() -> find(attempt), w -> w.filter(Workload::isTerminated).isPresent())
            .orElseThrow();
    return ((ContainerState.Terminated) end.containers().getFirst().state()).exitCode();
  }

  private Optional<Workload> find(PodAttempt attempt) throws Exception {
    return provider.list().stream().filter(w -> w.attempt().equals(attempt)).findFirst();
  }
}
