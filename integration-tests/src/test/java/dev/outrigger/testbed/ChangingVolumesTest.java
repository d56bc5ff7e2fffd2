package dev.outrigger.testbed;

import static dev.outrigger.testbed.Pods.awaitPhase;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What is in a Pod's volumes, through a real API server and kubectl, with processes as backend. */
@Execution(ExecutionMode.CONCURRENT) // they mostly wait
final class ChangingVolumesTest {
  private static final String NODE = SharedNodes.LOCAL;
  private static final Duration SOON = Duration.ofSeconds(90);

  /** A sweep about every minute, on a machine that may be slow. */
  private static final Duration UPDATE = Duration.ofMinutes(4);

  @BeforeAll
  static void startNodes() {
    assumeTrue(Mounts.arePermitted(), "this machine permits no mount namespaces");
    SharedNodes.get();
  }

  @Test
  void aPodReadsItsVolumesAndSeesThemChange() {
    Kubectl kubectl = withReferences();
    kubectl.apply(
        pod(
            "stat -L -c %a /etc/outrigger-keys/key; cat /etc/outrigger-keys/key; echo;"
                + " cat /outrigger-all/colour /outrigger-all/team; echo; exec sleep 600"));
    await().atMost(SOON).until(() -> kubectl.run("logs", "reads").output().lines().count() == 3);

    assertThat(kubectl.get("logs", "reads").lines()).containsExactly("400", "hush", "redred");
    assertThat(reviewed(kubectl, cat(kubectl, "/outrigger-all/token"), "vault"))
        .isEqualTo("true system:serviceaccount:" + kubectl.namespace() + ":default");
    assertThat(reviewed(kubectl, cat(kubectl, "/outrigger-all/token"), "other"))
        .doesNotContain("true");
    // What every Pod has: the API server's own audience, which needs no name.
    String own = cat(kubectl, "/var/run/secrets/kubernetes.io/serviceaccount/token");
    assertThat(own.split("\\.")).hasSize(3);
    assertThat(cat(kubectl, "/var/run/secrets/kubernetes.io/serviceaccount/namespace"))
        .isEqualTo(kubectl.namespace());

    kubectl.get("patch", "configmap", "settings", "-p", "{\"data\": {\"colour\": \"blue\"}}");
    kubectl.get("label", "--overwrite", "pod", "reads", "team=green");
    await()
        .atMost(UPDATE)
        .pollInterval(Duration.ofSeconds(2))
        .until(
            () -> cat(kubectl, "/outrigger-all/colour", "/outrigger-all/team").equals("bluegreen"));
    assertThat(cat(kubectl, "/outrigger-part/colour")).isEqualTo("red");
    kubectl.get("delete", "pod", "reads", "--timeout=60s");
  }

  @Test
  void filesAreCopiedIntoAVolumeOfARunningPodAndLastWordsAreTold(@TempDir Path own)
      throws IOException {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared());
    kubectl.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: waits}
        spec:
          nodeName: %s
          restartPolicy: Never
          volumes: [{name: in, emptyDir: {}}]
          containers:
          - name: main
            image: host
            command: [sh, -c, "while [ ! -s /outrigger-in/note ]; do sleep 0.1; done; cat /outrigger-in/note > /dev/termination-log; exit 3"]
            volumeMounts: [{name: in, mountPath: /outrigger-in}]
        """
            .formatted(NODE));
    kubectl.get("wait", "--for=condition=Ready", "pod/waits", "--timeout=60s");
    Path note = java.nio.file.Files.writeString(own.resolve("note"), "copied in");

    kubectl.get("cp", note.toString(), "waits:/outrigger-in/note");

    awaitPhase(kubectl, "waits", "Failed");
    assertThat(
            kubectl.get(
                "get",
                "pod",
                "waits",
                "-o",
                "jsonpath={.status.containerStatuses[0].state.terminated.message}"))
        .isEqualTo("copied in");
  }

  private static String pod(String script) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: reads, labels: {team: red}}
    spec:
      nodeName: %s
      restartPolicy: Never
      terminationGracePeriodSeconds: 1
      volumes:
      - name: all
        projected:
          sources:
          - configMap: {name: settings}
          - downwardAPI: {items: [{path: team, fieldRef: {fieldPath: "metadata.labels['team']"}}]}
          - serviceAccountToken: {path: token, audience: vault, expirationSeconds: 600}
      - name: keys
        secret: {secretName: keys, defaultMode: 0400}
      containers:
      - name: main
        image: host
        command: [sh, -c, "%s"]
        volumeMounts:
        - {name: all, mountPath: /outrigger-all}
        - {name: keys, mountPath: /etc/outrigger-keys, readOnly: true}
        - {name: all, mountPath: /outrigger-part/colour, subPath: colour}
    """
        .formatted(NODE, script);
  }

  private static Kubectl withReferences() {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared());
    kubectl.get("create", "configmap", "settings", "--from-literal=colour=red");
    kubectl.get("create", "secret", "generic", "keys", "--from-literal=key=hush");
    return kubectl;
  }

  private static String cat(Kubectl kubectl, String... files) {
    return kubectl.get(
        Stream.concat(Stream.of("exec", "reads", "--", "cat"), Stream.of(files))
            .toArray(String[]::new));
  }

  /** Whom the API server sees in a token for this audience. */
  private static String reviewed(Kubectl kubectl, String token, String audience) {
    return kubectl
        .send(
            """
            apiVersion: authentication.k8s.io/v1
            kind: TokenReview
            spec: {token: %s, audiences: [%s]}
            """
                .formatted(token, audience),
            "create",
            "-f",
            "-",
            "-o",
            "jsonpath={.status.authenticated} {.status.user.username}")
        .orThrow()
        .strip();
  }
}
