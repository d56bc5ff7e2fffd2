package dev.outrigger.agent.pod;

import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.testkit.FakeBackend;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/** Pods through the controller, on a backend and an API server in memory. */
abstract class ControlledPodsFixture {

  static final Duration SOON = Duration.ofSeconds(60);

  final FakeBackend backend = new FakeBackend(Clock.systemUTC());
  final ControlledPods pods = new ControlledPods(backend);

  @AfterEach
  final void closePods() {
    pods.close();
  }

  final void awaitPhase(String uid, String phase) {
    await().atMost(SOON).until(() -> phase.equals(pods.status(uid).getPhase()));
  }

  final void awaitStopped(PodAttempt attempt) {
    await().atMost(SOON).until(() -> backend.workload(attempt).orElseThrow().isTerminated());
  }

  /** The status of the first container. */
  final ContainerStatus container(String uid) {
    return pods.status(uid).getContainerStatuses().getFirst();
  }

  /** How the first container has ended. */
  final ContainerStateTerminated end(String uid) {
    return container(uid).getState().getTerminated();
  }

  static PodAttempt attempt(String uid, int number) {
    return ControlledPods.attempt(uid, number);
  }

  /** Started again whenever it ends; a container {@code c}. */
  static Pod pod(String uid) {
    return new PodBuilder()
        .withNewMetadata()
        .withUid(uid)
        .withNamespace("ns")
        .withName("p")
        .endMetadata()
        .withNewSpec()
        .withNodeName("node")
        .withRestartPolicy("Always")
        .withTerminationGracePeriodSeconds(5L)
        .addNewContainer()
        .withName("c")
        .withImage("i")
        .endContainer()
        .endSpec()
        .build();
  }
}
