package dev.outrigger.testbed;

import static dev.outrigger.testbed.Pods.awaitPhase;
import static dev.outrigger.testbed.Pods.awaitThat;
import static dev.outrigger.testbed.Pods.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Into a running task: copies, ports, commands, probes. */
final class EcsStreamsTest {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final Pattern FORWARDING = Pattern.compile("127\\.0\\.0\\.1:(\\d+) -> ");

  private static final String ECS_POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: open}
      spec:
        nodeName: virtual-kubelet-ecs
        terminationGracePeriodSeconds: 2
        containers:
        - {name: main, image: busybox, command: [sleep, "3600"]}
      """;

  @BeforeAll
  static void startNodes() {
    SharedNodes.get();
  }

  @Test
  void filesAreCopiedIntoAnEcsPodAndOutOfIt(@TempDir Path own) throws IOException {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    kubectl.apply(ECS_POD);
    awaitPhase(kubectl, "open", "Running");
    byte[] bytes = new byte[1 << 20];
    new Random(7).nextBytes(bytes);
    Path original = Files.write(own.resolve("original"), bytes);

    kubectl.get("cp", original.toString(), "open:" + own.resolve("there"));
    kubectl.get("cp", "open:" + own.resolve("there"), own.resolve("back").toString());

    assertThat(own.resolve("there")).hasBinaryContent(bytes);
    assertThat(own.resolve("back")).hasBinaryContent(bytes);
  }

  @Test
  void portOfAnEcsPodIsForwarded() throws Exception {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    kubectl.apply(ECS_POD);
    awaitPhase(kubectl, "open", "Running");
    byte[] body = new byte[1 << 20];
    new Random(8).nextBytes(body);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, body.length);
          try (OutputStream to = exchange.getResponseBody()) {
            to.write(body);
          }
        });
    server.start();
    try (ChildProcess forward =
            kubectl.start("port-forward", "open", ":" + server.getAddress().getPort());
        BufferedReader output = forward.output();
        HttpClient client = HttpClient.newHttpClient()) {
      Matcher said = FORWARDING.matcher(output.readLine());
      assertThat(said.find()).isTrue();
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + said.group(1)))
              .timeout(SOON)
              .build();
      for (int i = 0; i < 3; i++) {
        assertThat(client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body())
            .isEqualTo(body);
      }
    } finally {
      server.stop(0);
    }
  }

  @Test
  void execInAnEcsPodThatEndsIsAnsweredAsByAKubelet(@TempDir Path own) throws IOException {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    Path go = own.resolve("go");
    kubectl.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: ending}
        spec:
          nodeName: virtual-kubelet-ecs
          terminationGracePeriodSeconds: 100
          containers:
          - name: main
            image: busybox
            command: [sh, -c, "trap : TERM; while [ ! -e %s ]; do sleep 0.1; done"]
        """
            .formatted(go));
    awaitPhase(kubectl, "ending", "Running");
    assertThat(kubectl.get("exec", "ending", "--", "echo", "in")).isEqualTo("in\n");

    kubectl.get("delete", "pod", "ending", "--wait=false");
    await().atMost(SOON).until(() -> kubectl.run("exec", "ending", "--", "true").exitCode() == 1);

    assertThat(kubectl.run("exec", "ending", "--", "true").errors())
        .contains("container not found (\"main\")");
    Files.createFile(go);
    kubectl.get("wait", "--for=delete", "pod/ending", "--timeout=80s");
  }

  @Test
  void probesOfATaskDecideWhetherItIsReadyAndWhenItStartsAgain(@TempDir Path served)
      throws IOException {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    Files.createFile(served.resolve("live"));
    kubectl.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: probed}
        spec:
          nodeName: virtual-kubelet-ecs
          terminationGracePeriodSeconds: 2
          containers:
          - name: web
            image: public.ecr.aws/docker/library/python:3.13
            command: [python3, -m, http.server, --directory, %s, "%d"]
            readinessProbe: {periodSeconds: 1, httpGet: {path: /ready, port: %2$d}}
            livenessProbe:
              {periodSeconds: 1, failureThreshold: 1, initialDelaySeconds: 5, httpGet: {path: /live, port: %2$d}}
            resources: {limits: {cpu: 250m, memory: 512Mi}}
        """
            .formatted(served, freePort()));
    awaitPhase(kubectl, "probed", "Running");
    assertThat(field(kubectl, "probed", ".status.containerStatuses[0].ready")).isEqualTo("false");
    // Before it listens, probes find another reason.
    await()
        .atMost(SOON)
        .until(
            () ->
                messages(kubectl)
                    .contains("Readiness probe failed: HTTP probe failed with statuscode: 404"));

    Files.createFile(served.resolve("ready"));
    awaitThat(kubectl, "condition=Ready", "pod/probed");
    Files.move(served.resolve("live"), served.resolve("away"));
    awaitThat(kubectl, "jsonpath={.status.containerStatuses[0].restartCount}=1", "pod/probed");
    Files.move(served.resolve("away"), served.resolve("live"));
    awaitThat(kubectl, "condition=Ready", "pod/probed");

    assertThat(messages(kubectl))
        .contains("Liveness probe failed: HTTP probe failed with statuscode: 404")
        .contains("Container web failed liveness probe, will be restarted");
  }

  private static String messages(Kubectl kubectl) {
    return kubectl.get("get", "events", "-o", "jsonpath={.items[*].message}");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
