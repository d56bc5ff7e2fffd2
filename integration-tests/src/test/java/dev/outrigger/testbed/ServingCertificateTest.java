package dev.outrigger.testbed;

import static dev.outrigger.testbed.Pods.awaitPhase;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An agent that is given no certificates, before an API server that checks them: it has its own
 * signed by the cluster, and believes the authority that the cluster publishes.
 */
final class ServingCertificateTest {
  private static final String NODE = "signed";
  private static final Duration SOON = Duration.ofMinutes(2);

  @TempDir Path folder;

  @Test
  void logsAreServedOnceAnAdministratorHasApprovedTheRequest() throws IOException {
    ControlPlane plane = Cluster.shared();
    Path rights = AgentRights.kubeconfig(plane, folder.resolve("agent.kubeconfig"));
    NodeSettings node = NodeSettings.local(NODE, folder.resolve("pods"));
    List<String> kubelet = List.of("serverTLSBootstrap: true");
    try (AgentProcess agent =
        AgentProcess.start(plane, rights, kubelet, List.of(node), folder).awaitReady()) {
      Kubectl kubectl = Cluster.newNamespace(plane);
      kubectl.apply(
          """
          apiVersion: v1
          kind: Pod
          metadata: {name: speaks}
          spec:
            nodeName: signed
            restartPolicy: Never
            containers: [{name: main, image: host, command: [echo, heard]}]
          """);
      awaitPhase(kubectl, "speaks", "Succeeded");

      CommandResult before = kubectl.run("logs", "speaks");
      assertThat(before.succeeded()).isFalse();
      assertThat(before.errors()).contains("certificate");

      await().atMost(SOON).until(() -> !requests(kubectl).isEmpty());
      kubectl.get("certificate", "approve", requests(kubectl).getFirst());

      await().atMost(SOON).until(() -> kubectl.run("logs", "speaks").succeeded());
      assertThat(kubectl.get("logs", "speaks").strip()).isEqualTo("heard");
      assertThat(agent.isAlive()).isTrue();
    }
  }

  private static List<String> requests(Kubectl kubectl) {
    String names =
        "jsonpath={range .items[?(@.spec.signerName==\"kubernetes.io/kubelet-serving\")]}"
            + "{.metadata.name}{\"\\n\"}{end}";
    return kubectl
        .get("get", "certificatesigningrequests", "-o", names)
        .lines()
        .filter(name -> name.startsWith("outrigger-" + NODE + "-"))
        .toList();
  }
}
