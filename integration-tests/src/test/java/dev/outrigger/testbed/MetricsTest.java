package dev.outrigger.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.simulator.AwsSimulator;
import dev.outrigger.simulator.SimulatorConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** metrics-server itself reads a node's measurements, for {@code kubectl top} and an HPA. */
@SuppressWarnings("NullAway.Init") // set before all tests
@Execution(ExecutionMode.CONCURRENT) // they mostly wait
@Order(10) // of the long ones
final class MetricsTest {

  /** Some hundredths of a processor, if it is repeated: enough to be seen. */
  private static final String SOME_WORK =
      "i=0; while [ $i -lt 8000 ]; do i=$((i+1)); done; sleep 0.1";

  private static final String NODE = "measured-1";
  private static final String ECS_NODE = "measured-ecs";

  /** Two scrapes, 10 s apart, and whatever a loaded machine adds. */
  private static final Duration SOON = Duration.ofMinutes(3);

  /** As often as metrics-server scrapes, or less. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

  @TempDir static Path folder;
  private static AwsSimulator simulator;
  private static AgentProcess agent;
  private static MetricsServer metricsServer;

  @BeforeAll
  static void start() throws Exception {
    ControlPlane cluster = Cluster.shared();
    NodeSettings node = NodeSettings.local(NODE, folder.resolve("pods")).keptApart();
    simulator =
        AwsSimulator.start(SimulatorConfig.defaults().withInsightsInterval(Duration.ofSeconds(2)));
    String endpoint = simulator.endpoint().toString();
    switchContainerInsightsOn(endpoint);
    NodeSettings ecs =
        NodeSettings.ecs(ECS_NODE, endpoint).with("steadyPollInterval: 1s").keptApart();
    agent = AgentRights.agent(cluster, folder, node, ecs);
    metricsServer = MetricsServer.start(cluster, Path.of("target/testbed/metrics-server"));
  }

  @AfterAll
  static void stop() {
    if (metricsServer != null) {
      metricsServer.close();
    }
    agent.close();
    simulator.close();
  }

  /** As {@code aws ecs update-cluster-settings} does it. */
  private static void switchContainerInsightsOn(String endpoint) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(endpoint))
            .header("X-Amz-Target", "AmazonEC2ContainerServiceV20141113.UpdateClusterSettings")
            .header("Content-Type", "application/x-amz-json-1.1")
            .header(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=AKIATEST/20261101/us-west-2/ecs/aws4_request,"
                    + " SignedHeaders=host, Signature=0")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    """
                    {"cluster": "default",
                     "settings": [{"name": "containerInsights", "value": "enabled"}]}
                    """))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }

  @Test
  void topShowsWhatAPodAndItsNodeUse() {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared());
    kubectl.apply(pod(NODE, "burner", "while :; do " + SOME_WORK + "; done"));
    kubectl.apply(pod(NODE, "idle", "exec sleep 3600"));

    await("figures of both Pods")
        .atMost(SOON)
        .pollInterval(LOOK_AGAIN)
        .until(() -> kubectl.run("top", "pod", "--no-headers").output().lines().count() == 2);

    assertThat(millicores(kubectl.get("top", "pod", "burner", "--no-headers"))).isBetween(10, 1500);
    assertThat(millicores(kubectl.get("top", "pod", "idle", "--no-headers"))).isLessThan(10);
    assertThat(kubectl.get("top", "pod", "burner", "--containers", "--no-headers"))
        .containsPattern("burner +main +");
    String node = kubectl.get("top", "node", NODE, "--no-headers");
    assertThat(millicores(node)).isBetween(10, 100_000);
    assertThat(node).containsPattern("[1-9][0-9]*Mi");
  }

  @Test
  void topShowsWhatATaskOnEcsUsesByItsContainerInsights() {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared());
    kubectl.apply(pod(ECS_NODE, "task", "while :; do " + SOME_WORK + "; done"));

    await("figures of the Pod")
        .atMost(SOON)
        .pollInterval(LOOK_AGAIN)
        .until(() -> kubectl.run("top", "pod", "task", "--no-headers").succeeded());

    String line = kubectl.get("top", "pod", "task", "--containers", "--no-headers");
    assertThat(line).containsPattern("task +main +[1-9][0-9]*m +[1-9][0-9]*Mi");
    assertThat(kubectl.get("top", "node", ECS_NODE, "--no-headers"))
        .containsPattern("[1-9][0-9]*Mi");
  }

  @Test
  void anAutoscalerFollowsTheLoadUpAndDown(@TempDir Path own) throws Exception {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared());
    Path calm = own.resolve("calm");
    kubectl.apply(deployment(calm) + AUTOSCALER);

    awaitReplicas(kubectl, "2");
    Files.createFile(calm);
    awaitReplicas(kubectl, "1");
    kubectl.get("delete", "deployment,hpa", "--all", "--timeout=60s");
  }

  private static void awaitReplicas(Kubectl kubectl, String wanted) {
    await(wanted + " ready replicas")
        .atMost(SOON)
        .pollInterval(LOOK_AGAIN)
        .untilAsserted(
            () ->
                assertThat(
                        kubectl.get(
                            "get", "deployment", "web", "-o", "jsonpath={.status.readyReplicas}"))
                    .as(() -> kubectl.run("describe", "hpa", "web").output())
                    .isEqualTo(wanted));
  }

  /** From {@code NAME 250m …}. */
  private static int millicores(String line) {
    String[] columns = line.strip().split(" +");
    return Integer.parseInt(columns[1].replace("m", ""));
  }

  private static String pod(String node, String name, String script) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %s}
    spec:
      nodeName: %s
      terminationGracePeriodSeconds: 1
      containers:
      - name: main
        image: busybox
        command: [sh, -c, "%s"]
    """
        .formatted(name, node, script);
  }

  /** Busy until the file exists. */
  private static String deployment(Path calm) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          nodeName: %s
          terminationGracePeriodSeconds: 1
          containers:
          - name: main
            image: host
            command: [sh, -c, "while [ ! -e %s ]; do %s; done; exec sleep 3600"]
            resources: {requests: {cpu: 15m}}
    """
        .formatted(NODE, calm, SOME_WORK);
  }

  private static final String AUTOSCALER =
      """
      ---
      apiVersion: autoscaling/v2
      kind: HorizontalPodAutoscaler
      metadata: {name: web}
      spec:
        scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
        minReplicas: 1
        maxReplicas: 2
        metrics:
        - type: Resource
          resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}
        behavior:
          scaleDown: {stabilizationWindowSeconds: 0}
      """;
}
