package dev.outrigger.testbed;

import static dev.outrigger.testbed.Pods.awaitPhase;
import static dev.outrigger.testbed.Pods.field;
import static dev.outrigger.testbed.Pods.phase;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent as users run it, before a real API server and kubectl, with processes as backend. */
final class LocalNodeTest {
  private static final String NODE = SharedNodes.LOCAL;
  private static final Duration SOON = Duration.ofSeconds(60);

  @BeforeAll
  static void startNodes() {
    SharedNodes.get();
  }

  @Test
  void exitCodeAndOutputOfAPodAreTrue() {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared());
    kubectl.apply(pod("fails", "echo out; echo err >&2; exit 7"));

    awaitPhase(kubectl, "fails", "Failed");

    assertThat(terminated(kubectl, "fails", "exitCode")).isEqualTo("7");
    assertThat(terminated(kubectl, "fails", "reason")).isEqualTo("Error");
    assertThat(kubectl.get("logs", "fails").lines()).containsExactlyInAnyOrder("out", "err");
    assertThat(kubectl.get("logs", "fails", "--tail=0")).isEmpty();
  }

  @Test
  void environmentComesFromConfigMapsSecretsAndThePodItself() {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared());
    kubectl.get("create", "configmap", "settings", "--from-literal=COLOUR=red");
    kubectl.get("create", "secret", "generic", "keys", "--from-literal=password=quiet");
    kubectl.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: knows}
        spec:
          nodeName: %s
          restartPolicy: Never
          containers:
          - name: main
            image: host
            command: [sh, -c, "echo $COLOUR $PASSWORD $(WHO)"]
            envFrom:
            - configMapRef: {name: settings}
            env:
            - name: PASSWORD
              valueFrom: {secretKeyRef: {name: keys, key: password}}
            - name: WHO
              valueFrom: {fieldRef: {fieldPath: metadata.name}}
        """
            .formatted(NODE));

    awaitPhase(kubectl, "knows", "Succeeded");

    assertThat(kubectl.get("logs", "knows")).isEqualTo("red quiet knows\n");
  }

  @Test
  void logsAreFollowedWhileThePodRuns(@TempDir Path own) throws IOException {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared());
    Path go = own.resolve("go");
    kubectl.apply(
        pod("talks", "echo first; while [ ! -e " + go + " ]; do sleep 0.1; done; echo last"));
    awaitPhase(kubectl, "talks", "Running");

    try (ChildProcess follower = kubectl.start("logs", "-f", "talks");
        BufferedReader lines = follower.output()) {
      assertThat(lines.readLine()).isEqualTo("first");
      assertThat(phase(kubectl, "talks")).isEqualTo("Running");
      Files.createFile(go);
      assertThat(lines.readLine()).isEqualTo("last");
      assertThat(follower.awaitExit(SOON)).isZero();
    }
    awaitPhase(kubectl, "talks", "Succeeded");
  }

  @Test
  void deletedPodLeavesNoProcess(@TempDir Path own) throws IOException {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared());
    Path pidFile = own.resolve("pid");
    kubectl.apply(
        pod(
            "stays",
            "echo $$$$ > " + pidFile + "; trap 'exit 0' TERM; while :; do sleep 0.1; done"));
    await().atMost(SOON).until(() -> Files.exists(pidFile) && Files.size(pidFile) > 0);
    ProcessHandle process =
        ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip())).orElseThrow();

    kubectl.get("delete", "pod", "stays", "--timeout=30s");

    assertThat(kubectl.get("get", "pods", "-o", "name")).isEmpty();
    await().atMost(SOON).until(() -> !process.isAlive());
  }

  @Test
  void podThatExceedsTheNodeIsRejectedAsAKubeletWould() {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared());
    kubectl.apply(
        pod("huge", "true")
            .replace("image: host", "image: host\n    resources: {limits: {cpu: \"100000\"}}"));

    awaitPhase(kubectl, "huge", "Failed");

    assertThat(field(kubectl, "huge", ".status.reason")).isEqualTo("OutOfcpu");
  }

  @Test
  void kubeletApiServesTheApiServerAndNobodyUnknown() throws Exception {
    Kubectl kubectl = Cluster.shared().kubectl();
    String port =
        kubectl.get(
            "get", "node", NODE, "-o", "jsonpath={.status.daemonEndpoints.kubeletEndpoint.Port}");
    String pods = "https://" + Cluster.shared().kubeletFiles().address() + ":" + port + "/pods";

    assertThat(kubectl.get("get", "--raw", "/api/v1/nodes/" + NODE + "/proxy/pods"))
        .contains("\"PodList\"");
    HttpResponse<String> anonymous =
        client()
            .send(
                HttpRequest.newBuilder(URI.create(pods)).timeout(SOON).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(anonymous.statusCode()).isEqualTo(401);
  }

  /** Believes the control plane's authority, shows no certificate. */
  private static HttpClient client() throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (var in = Files.newInputStream(Cluster.shared().kubeletFiles().clientCa())) {
      trusted.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).connectTimeout(SOON).build();
  }

  private static String pod(String name, String script) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %s}
    spec:
      nodeName: %s
      restartPolicy: Never
      terminationGracePeriodSeconds: 5
      containers:
      - name: main
        image: host
        command: [sh, -c, "%s"]
    """
        .formatted(name, NODE, script);
  }

  private static String terminated(Kubectl kubectl, String pod, String field) {
    return field(kubectl, pod, ".status.containerStatuses[0].state.terminated." + field);
  }
}
