package dev.outrigger.testbed;

import static dev.outrigger.testbed.Pods.awaitPhase;
import static dev.outrigger.testbed.Pods.field;
import static dev.outrigger.testbed.Pods.phase;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What administrators do to nodes, by the real controllers and the real kubectl. */
@Order(9) // of the long ones
final class NodeLifeTest {
  private static final String NODE = "node-life";
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final String TOLERATION =
      "{key: virtual-kubelet.io/provider, operator: Exists, effect: NoSchedule}";

  @TempDir static Path folder;
  private static AgentProcess agent;

  @BeforeAll
  static void startTheAgent() throws IOException {
    agent =
        AgentRights.agent(
            Cluster.shared(), folder, NodeSettings.local(NODE, folder.resolve("pods")));
  }

  @AfterAll
  static void stopTheAgent() {
    agent.close();
  }

  @Test
  void aCordonedNodeIsGivenNoPodUntilItIsUncordoned() {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared());
    kubectl.get("cordon", NODE);
    try {
      kubectl.apply(pod("waits", "exit 0", ""));
      await()
          .atMost(SOON)
          .until(
              () ->
                  field(kubectl, "waits", ".status.conditions[*].reason")
                      .contains("Unschedulable"));
    } finally {
      kubectl.get("uncordon", NODE);
    }
    awaitPhase(kubectl, "waits", "Succeeded");
  }

  @Test
  void aStatusThatSomebodyWroteOverIsSetRight() {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared());
    kubectl.apply(pod("overwritten", "sleep 1000", ""));
    awaitPhase(kubectl, "overwritten", "Running");
    String theirs =
        "{\"status\":{\"phase\":\"Pending\",\"containerStatuses\":[],\"conditions\":[]}}";
    kubectl.get(
        "patch", "pod", "overwritten", "--subresource=status", "--type=merge", "-p", theirs);

    awaitPhase(kubectl, "overwritten", "Running");
    assertThat(field(kubectl, "overwritten", ".status.containerStatuses[0].state.running"))
        .contains("startedAt");
    assertThat(field(kubectl, "overwritten", ".status.conditions[*].type"))
        .contains("Initialized", "ContainersReady", "Ready");
  }

  @Test
  void aDrainEvictsWithGraceAndHeedsADisruptionBudget(@TempDir Path own) throws IOException {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared());
    Path said = own.resolve("said");
    kubectl.apply(
        pod(
            "graceful",
            "trap 'echo bye > " + said + "; exit 0' TERM; while :; do sleep 0.1; done",
            "drained"));
    kubectl.apply(pod("guarded", "sleep 1000", "guarded"));
    kubectl.apply(
        """
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: one}
        spec: {minAvailable: 1, selector: {matchLabels: {app: guarded}}}
        """);
    awaitPhase(kubectl, "graceful", "Running");
    awaitPhase(kubectl, "guarded", "Running");
    await()
        .atMost(SOON)
        .until(
            () ->
                kubectl
                    .get("get", "pdb", "one", "-o", "jsonpath={.status.currentHealthy}")
                    .equals("1"));

    try {
      CommandResult refused = drain(kubectl, "--timeout=5s");
      assertThat(refused.exitCode()).isNotZero();
      assertThat(refused.errors()).contains("violate the pod's disruption budget");
      assertThat(kubectl.run("get", "pod", "guarded").succeeded()).isTrue();

      kubectl.get("delete", "pdb", "one");
      CommandResult drained = drain(kubectl, "--timeout=60s");

      assertThat(drained.exitCode()).as(drained.errors()).isZero();
      assertThat(kubectl.get("get", "pods", "-o", "name")).isEmpty();
      assertThat(Files.readString(said)).isEqualTo("bye\n");
    } finally {
      kubectl.get("uncordon", NODE);
    }
  }

  @Test
  void aTaintNoExecuteTakesPodsAwayWhenTheirTolerationEnds() {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared());
    // A Pod that waits for the end of its 300 s for not-ready is not given the shorter time.
    await()
        .atMost(SOON)
        .until(
            () ->
                !kubectl
                    .get("get", "node", NODE, "-o", "jsonpath={.spec.taints[*].key}")
                    .contains("node.kubernetes.io/"));
    kubectl.apply(tolerant("briefly", ", tolerationSeconds: 2"));
    kubectl.apply(tolerant("forever", ""));
    kubectl.apply(pod("intolerant", "sleep 1000", ""));
    for (String name : List.of("briefly", "forever", "intolerant")) {
      awaitPhase(kubectl, name, "Running");
    }

    kubectl.get("taint", "node", NODE, "maintenance=now:NoExecute");
    try {
      await()
          .atMost(SOON)
          .until(() -> kubectl.get("get", "pods", "-o", "name").equals("pod/forever\n"));
      assertThat(phase(kubectl, "forever")).isEqualTo("Running");
    } finally {
      kubectl.get("taint", "node", NODE, "maintenance-");
    }
  }

  @Test
  void aDaemonSetDoesNotComeUnlessItToleratesTheTaint() {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared());
    kubectl.apply(daemonSet("ordinary", ""));
    kubectl.apply(daemonSet("everywhere", "tolerations: [{operator: Exists}]"));

    await()
        .atMost(SOON)
        .until(
            () ->
                kubectl
                    .get("get", "pods", "-l", "app=everywhere", "-o", nodesAndPhases())
                    .contains(NODE + " Running"));
    assertThat(kubectl.get("get", "pods", "-l", "app=ordinary", "-o", nodesAndPhases()))
        .doesNotContain(NODE);
    kubectl.get("delete", "daemonset", "ordinary", "everywhere");
  }

  @Test
  void aDeletedNodeIsMadeAgain() {
    Kubectl kubectl = Cluster.shared().kubectl();
    String before = kubectl.get("get", "node", NODE, "-o", "jsonpath={.metadata.uid}");

    kubectl.get("delete", "node", NODE);

    await()
        .atMost(SOON)
        .until(
            () -> {
              CommandResult now =
                  kubectl.run("get", "node", NODE, "-o", "jsonpath={.metadata.uid}");
              return now.succeeded() && !now.output().equals(before);
            });
    kubectl.get("wait", "--for=condition=Ready", "--timeout=60s", "node/" + NODE);
  }

  @Test
  void aPlannedStopMarksTheNodeNotReadyAndLeavesPodsToTheNextAgent() {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared());
    kubectl.apply(pod("stays", "sleep 1000", ""));
    awaitPhase(kubectl, "stays", "Running");
    String began = field(kubectl, "stays", ".status.containerStatuses[0].state");

    // As systemd or a kubelet stops it; what it started for Pods lives on.
    ProcessHandle.of(agent.pid()).orElseThrow().destroy();
    await().atMost(SOON).until(() -> !agent.isAlive());
    assertThat(
            kubectl.get(
                "get",
                "node",
                NODE,
                "-o",
                "jsonpath={.status.conditions[?(@.type==\"Ready\")].status}"))
        .isEqualTo("False");
    agent = agent.restart().awaitReady();

    assertThat(field(kubectl, "stays", ".status.containerStatuses[0].state")).isEqualTo(began);
    assertThat(kubectl.run("exec", "stays", "--", "true").exitCode()).isZero();
  }

  private static CommandResult drain(Kubectl kubectl, String timeout) {
    return kubectl
        .within(Duration.ofMinutes(2))
        .run(
            "drain",
            NODE,
            "--ignore-daemonsets",
            "--force",
            "--pod-selector=app in (drained, guarded)",
            timeout);
  }

  private static String pod(String name, String script, String app) {
    return """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, labels: {app: "%s"}}
        spec:
          nodeSelector: {kubernetes.io/hostname: %s}
          restartPolicy: Never
          terminationGracePeriodSeconds: 20
          tolerations: [%s]
          containers:
          - {name: main, image: host, command: [sh, -c, "%s"]}
        """
        .formatted(name, app, NODE, TOLERATION, script);
  }

  private static String tolerant(String name, String more) {
    return pod(name, "sleep 1000", "")
        .replace(
            "tolerations: [",
            "tolerations: [{key: maintenance, operator: Exists, effect: NoExecute" + more + "}, ");
  }

  private static String daemonSet(String name, String tolerations) {
    return """
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: %1$s}
        spec:
          selector: {matchLabels: {app: %1$s}}
          template:
            metadata: {labels: {app: %1$s}}
            spec:
              nodeSelector: {kubernetes.io/hostname: %3$s}
              terminationGracePeriodSeconds: 1
              %2$s
              containers: [{name: c, image: host, command: [sleep, "1000"]}]
        """
        .formatted(name, tolerations, NODE);
  }

  private static String nodesAndPhases() {
    return "jsonpath={range .items[*]}{.spec.nodeName} {.status.phase}{\"\\n\"}{end}";
  }
}
