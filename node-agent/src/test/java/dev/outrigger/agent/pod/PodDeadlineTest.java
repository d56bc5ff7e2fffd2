package dev.outrigger.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.testkit.FakeBackend;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

/** What {@code activeDeadlineSeconds} does to a Pod. */
final class PodDeadlineTest extends ControlledPodsFixture {

  @Test
  void podFailsWithTheKubeletsWordsOnceItsActiveDeadlineHasPassed() {
    pods.apply(withDeadline(pod("u1"), 1000));
    awaitPhase("u1", "Running");

    pods.edit("u1", p -> withDeadline(p, 1));

    awaitPhase("u1", "Failed");
    PodStatus status = pods.status("u1");
    assertThat(status.getReason()).isEqualTo("DeadlineExceeded");
    assertThat(status.getMessage())
        .isEqualTo("Pod was active on the node longer than the specified deadline");
    var end = end("u1");
    assertThat(end.getExitCode()).as("how it ended in truth").isEqualTo(137);
    assertThat(pods.events()).contains("DeadlineExceeded");
    assertThat(backend.starts()).containsOnlyKeys(attempt("u1", 0));
  }

  @Test
  void activeDeadlineIsCountedFromTheStartAlsoAfterARestartOfTheAgent() {
    pods.apply(withDeadline(pod("u1"), 100));
    awaitPhase("u1", "Running");
    pods.stopAgent();
    Instant start = Instant.now().minusSeconds(99).truncatedTo(ChronoUnit.SECONDS);
    pods.editStatus("u1", s -> s.setStartTime(start.toString()));

    pods.startAgent();

    awaitPhase("u1", "Failed");
    assertThat(pods.status("u1").getReason()).isEqualTo("DeadlineExceeded");
    assertThat(Instant.now()).isAfterOrEqualTo(start.plusSeconds(100));
  }

  @Test
  void podThatNeverStartedBeforeItsActiveDeadlineFailsAndIsNeverStarted() {
    for (int i = 0; i < 50; i++) {
      backend.failNext(FakeBackend.Call.CREATE, new ProviderException.QuotaExceeded("no capacity"));
    }
    pods.apply(withDeadline(pod("u1"), 2));

    awaitPhase("u1", "Failed");
    var end = end("u1");
    assertThat(end.getReason()).isEqualTo("ContainerStatusUnknown");
    assertThat(end.getMessage())
        .isEqualTo("The container could not be located when the pod was terminated");
    assertThat(backend.starts()).isEmpty();
  }

  private static Pod withDeadline(Pod pod, long seconds) {
    return new PodBuilder(pod).editSpec().withActiveDeadlineSeconds(seconds).endSpec().build();
  }
}
