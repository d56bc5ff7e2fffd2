package dev.outrigger.testbed;

import static dev.outrigger.testbed.Pods.awaitPhase;
import static dev.outrigger.testbed.Pods.awaitThat;
import static dev.outrigger.testbed.Pods.field;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.simulator.AwsSimulator;
import dev.outrigger.simulator.DockerImageFixture;
import dev.outrigger.simulator.SimulatorConfig;
import dev.outrigger.simulator.ecs.ContainerMode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods on simulated ECS whose containers are those of a Docker engine. */
@SuppressWarnings("NullAway.Init") // set before all tests
final class DockerEcsTest {
  private static final String IMAGE = "outrigger-testbed-test:1";
  private static final String NODE = "docker-ecs";
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final Pattern FORWARDING = Pattern.compile("127\\.0\\.0\\.1:(\\d+) -> ");

  @TempDir static Path folder;
  private static @Nullable DockerImageFixture image;
  private static @Nullable AwsSimulator simulator;
  private static @Nullable AgentProcess agent;

  @BeforeAll
  static void start() throws IOException {
    Optional<String> lacking = DockerImageFixture.lacking();
    Assumptions.assumeTrue(lacking.isEmpty(), () -> lacking.orElse(""));
    image = DockerImageFixture.create(IMAGE, folder.resolve("image"), Map.of());
    AwsSimulator started =
        AwsSimulator.start(SimulatorConfig.defaults().withContainers(ContainerMode.DOCKER));
    simulator = started;
    Path own = Files.createDirectories(folder.resolve("agent"));
    agent =
        AgentRights.agent(
            Cluster.shared(),
            own,
            NodeSettings.ecs(NODE, started.endpoint().toString())
                .with("taskRoleArn: arn:aws:iam::000000000000:role/task")
                .keptApart());
  }

  @AfterAll
  static void stop() {
    if (agent != null) {
      agent.close();
    }
    if (simulator != null) {
      simulator.close();
    }
    if (image != null) {
      image.close();
    }
  }

  private static String pod(String name, String image, String container) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %s}
    spec:
      nodeName: %s
      restartPolicy: Never
      terminationGracePeriodSeconds: 2
      volumes: [{name: work, emptyDir: {}}]
      containers:
      - name: main
        image: %s
        volumeMounts: [{name: work, mountPath: /work}]
    %s
    """
        .formatted(name, NODE, image, container.indent(4).stripTrailing());
  }

  @Test
  void logsExitCodeAndImageOfAPodAreTrue() {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    kubectl.apply(
        pod("ends", IMAGE, "command: [sh, -c, \"echo in $(busybox | head -1); exit 3\"]"));

    awaitPhase(kubectl, "ends", "Failed");

    String status = ".status.containerStatuses[0].";
    assertThat(field(kubectl, "ends", status + "state.terminated.exitCode")).isEqualTo("3");
    assertThat(field(kubectl, "ends", status + "imageID"))
        .contains(DockerImageFixture.docker("image", "inspect", "--format", "{{.Id}}", IMAGE));
    assertThat(kubectl.get("logs", "ends")).startsWith("in BusyBox");
  }

  @Test
  void podIsReachedAtItsAddressByProbesPortForwardAndCommands() throws Exception {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    kubectl.apply(
        pod(
            "serves",
            IMAGE,
            """
            command: [sh, -c, "echo hello > /work/index.html; exec httpd -f -p 8080 -h /work"]
            ports: [{containerPort: 8080}]
            readinessProbe: {httpGet: {path: /index.html, port: 8080}, periodSeconds: 1}
            """));
    awaitThat(kubectl, "condition=Ready", "pod/serves");

    String address = field(kubectl, "serves", ".status.podIP");
    assertThat(address).doesNotStartWith("127.");
    assertThat(body("http://" + address + ":8080/index.html")).isEqualTo("hello\n");
    try (ChildProcess forward = kubectl.start("port-forward", "serves", ":8080");
        BufferedReader output = forward.output()) {
      Matcher said = FORWARDING.matcher(output.readLine());
      assertThat(said.find()).isTrue();
      assertThat(body("http://127.0.0.1:" + said.group(1) + "/index.html")).isEqualTo("hello\n");
    }
    CommandResult exec = kubectl.run("exec", "serves", "--", "sh", "-c", "cat /work/*; exit 4");
    assertThat(exec.output()).isEqualTo("hello\n");
    assertThat(exec.exitCode()).isEqualTo(4);
    assertThat(kubectl.run("exec", "serves", "--", "no-such-program").errors())
        .contains("no-such-program");
  }

  private static String body(String url) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create(url)).timeout(SOON).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  @Test
  void podWithoutAnImageFailsInTheEnginesWords() {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    kubectl.apply(pod("missing", "outrigger-none/none:1", "command: [\"true\"]"));

    awaitPhase(kubectl, "missing", "Failed");

    String ended = ".status.containerStatuses[0].state.terminated.";
    assertThat(field(kubectl, "missing", ended + "reason")).isEqualTo("ErrImagePull");
    assertThat(field(kubectl, "missing", ended + "message"))
        .startsWith("CannotPullContainerError: Error response from daemon: ");
  }
}
