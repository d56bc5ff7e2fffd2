package dev.outrigger.testbed;

import static dev.outrigger.testbed.Pods.awaitPhase;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code provider serve} in one process, an agent with a remote node in another, mTLS between. */
@Order(8) // of the long ones
final class BackendRestartTest {
  private static final String NODE = "remote-1";
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration OUTAGE = Duration.ofMinutes(2);

  @TempDir Path folder;

  @Test
  void podRunsBehindAProviderThatIsServedElsewhereAndThatMayRestart() throws IOException {
    CertificateAuthority authority = CertificateAuthority.create(folder.resolve("tls"));
    authority.issue("server", "CN=edge-1", List.of("127.0.0.1"));
    authority.issue("client", "CN=outrigger-agent", List.of());
    ControlPlane controlPlane = Cluster.shared();
    Kubectl kubectl = Cluster.newNamespace(controlPlane);
    ChildProcess server = serve(authority, 0);
    try {
      int port = port(server);
      try (AgentProcess agent =
          AgentProcess.start(controlPlane, List.of(node(authority, port)), folder.resolve("agent"))
              .awaitReady()) {
        Path go = folder.resolve("go");
        kubectl.apply(pod(go));
        awaitPhase(kubectl, "far", "Running");
        try (ChildProcess follower = kubectl.start("logs", "-f", "far");
            BufferedReader lines = follower.output()) {
          assertThat(lines.readLine()).isEqualTo("first");
        }

        server.killAlone();
        awaitBackend(kubectl, "False", "outrigger.dev/backend-unavailable");
        assertThat(node(kubectl, "{.status.conditions[?(@.type=='Ready')].status}"))
            .isEqualTo("True");
        server = serve(authority, port);
        assertThat(port(server)).isEqualTo(port);
        Files.createFile(go);

        awaitBackend(kubectl, "True", "");
        awaitPhase(kubectl, "far", "Failed");
        assertThat(
                kubectl.get(
                    "get",
                    "pod",
                    "far",
                    "-o",
                    "jsonpath={.status.containerStatuses[0].state.terminated.exitCode}"))
            .isEqualTo("4");
        assertThat(kubectl.get("logs", "far")).isEqualTo("first\nlast\n");
        assertThat(agent.isAlive()).isTrue();
      }
      assertThat(server.isAlive()).isTrue();
      server.stop(SOON);
      assertThat(server.exitCode()).contains(143);
    } finally {
      server.close();
    }
  }

  /** A server that is away keeps new Pods off its node, and harms nothing that runs. */
  private static void awaitBackend(Kubectl kubectl, String available, String taint) {
    CommandResult result =
        kubectl
            .within(OUTAGE.plusSeconds(30))
            .run(
                "wait",
                "--for=condition=BackendAvailable=" + available,
                "node/" + NODE,
                "--timeout=" + OUTAGE.toSeconds() + "s");
    assertThat(result.succeeded()).as(result.errors()).isTrue();
    assertThat(node(kubectl, "{.spec.taints[?(@.key=='outrigger.dev/backend-unavailable')].key}"))
        .isEqualTo(taint);
  }

  private static String node(Kubectl kubectl, String what) {
    return kubectl.get("get", "node", NODE, "-o", "jsonpath=" + what);
  }

  private ChildProcess serve(CertificateAuthority authority, int port) throws IOException {
    Path settings =
        Files.writeString(folder.resolve("local.yaml"), "root: " + folder.resolve("pods") + "\n");
    return ChildProcess.start(
        "the provider's server",
        new ProcessBuilder(
                AgentCommand.of(
                    "provider",
                    "serve",
                    "--provider=local",
                    "--node=" + NODE,
                    "--listen=127.0.0.1:" + port,
                    "--ca=" + authority.certificateFile("ca"),
                    "--cert=" + authority.certificateFile("server"),
                    "--key=" + authority.keyFile("server"),
                    "--settings=" + settings))
            .redirectError(
                ProcessBuilder.Redirect.appendTo(folder.resolve("server.log").toFile())));
  }

  /** As it says on its first line. */
  private static int port(ChildProcess server) throws IOException {
    String line = server.output().readLine();
    assertThat(line).startsWith("serving local for node " + NODE + " on 127.0.0.1:");
    return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
  }

  private static NodeSettings node(CertificateAuthority authority, int port) {
    return new NodeSettings(
        NODE,
        "remote",
        List.of(
            "endpoint: 127.0.0.1:" + port,
            "caFile: " + authority.certificateFile("ca"),
            "certFile: " + authority.certificateFile("client"),
            "keyFile: " + authority.keyFile("client")));
  }

  private static String pod(Path go) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: far}
    spec:
      nodeName: %s
      restartPolicy: Never
      containers:
      - name: main
        image: host
        command: [sh, -c, "echo first; while [ ! -e %s ]; do sleep 0.1; done; echo last; exit 4"]
    """
        .formatted(NODE, go);
  }
}
