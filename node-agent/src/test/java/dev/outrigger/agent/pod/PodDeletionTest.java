package dev.outrigger.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.testkit.FakeBackend;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** How Pods go: deleted, forced out, replaced. */
final class PodDeletionTest extends ControlledPodsFixture {

  @Test
  void podThatIsDeletedBeforeItCouldStartHasFailedFirst() {
    for (int i = 0; i < 50; i++) {
      backend.failNext(FakeBackend.Call.CREATE, new ProviderException.QuotaExceeded("no capacity"));
    }
    pods.apply(pod("u1"));
    await().atMost(SOON).until(() -> "Pending".equals(pods.status("u1").getPhase()));

    pods.delete("u1", 30);

    await().atMost(SOON).until(() -> pods.isGone("u1"));
    assertThat(pods.status("u1").getPhase()).isEqualTo("Failed");
    var end = end("u1");
    assertThat(end.getReason()).isEqualTo("ContainerStatusUnknown");
    assertThat(backend.starts()).isEmpty();
  }

  @Test
  void deletionWhileTheAnswerOfTheCreationIsLostLeavesNothingBehind() {
    backend.failNextAfterEffect(
        FakeBackend.Call.CREATE, new ProviderException.Unavailable("lost", null));
    pods.apply(pod("u1"));
    await().atMost(SOON).until(() -> backend.starts().containsKey(attempt("u1", 0)));

    pods.delete("u1", 5);

    await().atMost(SOON).until(() -> pods.isGone("u1"));
    assertThat(backend.workload(attempt("u1", 0)).orElseThrow().isTerminated()).isTrue();
    assertThat(backend.starts().get(attempt("u1", 0))).isOne();
  }

  @Test
  void deletionIsConfirmedOnlyWhenTheBackendHasStoppedEverything() {
    backend.holdStops();
    pods.apply(pod("u1"));
    awaitPhase("u1", "Running");

    pods.delete("u1", 5);
    await().atMost(SOON).until(() -> backend.workload(attempt("u1", 0)).orElseThrow().stopping());
    assertThat(pods.isGone("u1")).isFalse();

    backend.end(attempt("u1", 0), OptionalInt.of(143), "Error");
    await().atMost(SOON).until(() -> pods.isGone("u1"));
    var end = end("u1");
    assertThat(end.getExitCode()).isEqualTo(143);
    assertThat(pods.status("u1").getPhase()).isEqualTo("Failed");
  }

  @Test
  void aBackendThatKeepsWhatHasEndedIsToldWhenItsPodIsGoneAndNotBefore() {
    pods.apply(run("u1"));
    awaitPhase("u1", "Running");
    backend.end(attempt("u1", 0), OptionalInt.of(0), "Completed");
    awaitPhase("u1", "Succeeded");
    pods.stopAgent();
    pods.startAgent();
    pods.apply(pod("u2"));
    awaitPhase("u2", "Running");
    assertThat(backend.wasDeleted("u1")).isFalse();

    pods.delete("u1", 5);

    await().atMost(SOON).until(() -> backend.wasDeleted("u1"));
    assertThat(pods.isGone("u1")).isTrue();
  }

  @Test
  void aBackendThatKeepsWhatHasEndedIsToldOfAPodThatWentWhileNoAgentWasThere() {
    pods.apply(run("u1"));
    awaitPhase("u1", "Running");
    backend.end(attempt("u1", 0), OptionalInt.of(0), "Completed");
    awaitPhase("u1", "Succeeded");
    pods.stopAgent();
    pods.forceDelete("u1");

    pods.startAgent();

    await().atMost(SOON).until(() -> backend.wasDeleted("u1"));
  }

  @Test
  void deletionOfAPodThatAFinalizerStillHoldsIsConfirmedOnce() {
    pods.holdByFinalizer();
    pods.apply(pod("u1"));
    awaitPhase("u1", "Running");

    pods.delete("u1", 5);
    await().atMost(SOON).until(() -> pods.confirmations() == 1);
    pods.delete("u1", 0);
    pods.apply(pod("u2"));
    awaitPhase("u2", "Running");

    assertThat(pods.confirmations()).isEqualTo(1);
  }

  @Test
  void podThatWasForcedOutOfTheApiServerIsStoppedAndNotTakenForAnOrphan() {
    pods.apply(pod("u1"));
    awaitPhase("u1", "Running");

    pods.forceDelete("u1");

    awaitStopped(attempt("u1", 0));
  }

  @Test
  void podWhoseSuccessorTookItsNameIsStoppedAndTheSuccessorRuns() {
    pods.apply(pod("u1"));
    awaitPhase("u1", "Running");

    pods.forceDelete("u1");
    pods.apply(pod("u2"));

    awaitPhase("u2", "Running");
    awaitStopped(attempt("u1", 0));
    assertThat(backend.workload(attempt("u2", 0)).orElseThrow().isTerminated()).isFalse();
  }

  private static Pod run(String uid) {
    return new PodBuilder(pod(uid)).editSpec().withRestartPolicy("Never").endSpec().build();
  }
}
