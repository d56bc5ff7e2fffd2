package dev.outrigger.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import java.time.Duration;

/** What kubectl says of Pods, at once or in time. */
final class Pods {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private Pods() {}

  static void awaitPhase(Kubectl kubectl, String pod, String phase) {
    awaitThat(kubectl, "jsonpath={.status.phase}=" + phase, "pod/" + pod);
  }

  /** As {@code kubectl wait --for}, of an object that is there; fails with its description. */
  static void awaitThat(Kubectl kubectl, String condition, String object) {
    CommandResult result =
        kubectl
            .within(PATIENCE.plusSeconds(30))
            .run("wait", "--for=" + condition, object, "--timeout=" + PATIENCE.toSeconds() + "s");
    assertThat(result.succeeded())
        .as(() -> result.errors() + kubectl.run("describe", object).output())
        .isTrue();
  }

  /** Until its first container runs, or no longer does: a short one ends before anybody looks. */
  static void awaitStarted(Kubectl kubectl, String pod) {
    await(pod + " to have started")
        .atMost(PATIENCE)
        .until(
            () ->
                Clients.of(kubectl)
                    .pods()
                    .inNamespace(kubectl.namespace())
                    .withName(pod)
                    .require()
                    .getStatus()
                    .getContainerStatuses()
                    .stream()
                    .limit(1)
                    .map(ContainerStatus::getState)
                    .anyMatch(it -> it.getRunning() != null || it.getTerminated() != null));
  }

  static String phase(Kubectl kubectl, String pod) {
    return field(kubectl, pod, ".status.phase");
  }

  static String field(Kubectl kubectl, String pod, String path) {
    return kubectl.get("get", "pod", pod, "-o", "jsonpath={" + path + "}");
  }
}
