package dev.outrigger.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.outrigger.simulator.AwsSimulator;
import dev.outrigger.simulator.SimulatorConfig;
import dev.outrigger.simulator.journal.JournalEntry.WorkloadStarted;
import dev.outrigger.simulator.journal.JournalEntry.WorkloadStopped;
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
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples as users apply them, through scheduler, API server, agent and simulated AWS. */
@SuppressWarnings("NullAway.Init") // set before all tests
final class AwsNodesTest {
  /** Ends when a file appears; says something to whoever asks it a second time. */
  private static final String LISTENER =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: listener}
      data:
        main.py: |
          import os, time
          def handler(event, context):
              if isinstance(event, list):
                  print("asked again", flush=True)
                  return event
              if "order" in event:
                  raise ValueError("no order %d" % event["order"])
              print("waiting", flush=True)
              while not os.path.exists(event["until"]):
                  time.sleep(0.1)
              return "done"
      ---
      apiVersion: v1
      kind: Pod
      metadata:
        name: listener
        annotations: {outrigger.dev/lambda-runtime: python3.12}
      spec:
        nodeName: virtual-kubelet
        restartPolicy: Never
        containers:
        - name: main
          image: unused
          command: [main.handler]
          args: ['{"until": "END"}']
          volumeMounts: [{name: code, mountPath: /var/task}]
        volumes: [{name: code, configMap: {name: listener}}]
      """;

  private static final Path SAMPLES = Path.of("../manifests/samples");
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

  @TempDir static Path folder;
  private static AwsSimulator simulator;
  private static AgentProcess agent;

  @BeforeAll
  static void start() throws IOException {
    simulator = AwsSimulator.start(SimulatorConfig.defaults());
    String endpoint = simulator.endpoint().toString();
    agent =
        AgentProcess.start(
                Cluster.shared(),
                AgentRights.kubeconfig(Cluster.shared(), folder.resolve("agent.kubeconfig")),
                List.of(
                    NodeSettings.lambda("virtual-kubelet", endpoint),
                    NodeSettings.ecs("virtual-kubelet-ecs", endpoint)
                        .with("taskRoleArn: arn:aws:iam::000000000000:role/task")),
                folder)
            .awaitReady();
  }

  @AfterAll
  static void stop() {
    agent.close();
    simulator.close();
  }

  @Test
  void firstSampleRunsItsHandlerOnLambdaAsItIsPrinted() throws IOException {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    int before = started("lambda").size();

    kubectl.apply(sample("aws-lambda-pod.yaml"));

    awaitThat(kubectl, "jsonpath={.status.phase}=Succeeded", "pod/aws-lambda");
    assertThat(kubectl.get("logs", "aws-lambda")).contains("my_handler");
    assertThat(field(kubectl, "aws-lambda", ".status.containerStatuses[0].restartCount"))
        .isEqualTo("0");
    assertThat(started("lambda")).hasSize(before + 1);
  }

  @Test
  void execInALambdaPodInvokesItsFunctionOnceMore(@TempDir Path own) throws IOException {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    Path end = own.resolve("end");
    kubectl.apply(LISTENER.replace("END", end.toString()));
    awaitThat(kubectl, "jsonpath={.status.phase}=Running", "pod/listener");

    CommandResult answer = kubectl.run("exec", "listener", "--", "say", "it");
    CommandResult error = kubectl.send("{\"order\":7}", "exec", "-i", "listener", "--", "-");

    assertThat(answer.exitCode()).as(answer.errors()).isZero();
    assertThat(answer.output()).isEqualTo("[\"say\", \"it\"]");
    assertThat(answer.errors()).contains("asked again");
    assertThat(error.exitCode()).isEqualTo(1);
    assertThat(error.errors()).contains("no order 7").contains("exit code 1");
    for (CommandResult lacking :
        List.of(
            kubectl.run("attach", "listener"), kubectl.run("port-forward", "listener", ":80"))) {
      assertThat(lacking.errors())
          .contains("the lambda provider of node virtual-kubelet cannot ")
          .contains(", since a Lambda invocation ");
    }
    Files.createFile(end);
    awaitThat(kubectl, "jsonpath={.status.phase}=Succeeded", "pod/listener");
    assertThat(kubectl.get("logs", "listener")).isEqualTo("waiting\n\"done\"\n");
  }

  @Test
  void schedulerPlacesAPodOnEcsAndItIsFollowedLiveToItsExitCode() throws IOException {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    kubectl.apply(sample("ecs-pod.yaml"));
    awaitThat(kubectl, "jsonpath={.status.phase}=Running", "pod/ecs-count");

    try (ChildProcess follower = kubectl.start("logs", "-f", "ecs-count");
        BufferedReader lines = follower.output()) {
      assertThat(lines.readLine()).isEqualTo("line 1");
      assertThat(field(kubectl, "ecs-count", ".status.phase")).isEqualTo("Running");
      assertThat(lines.lines()).containsExactly("line 2", "line 3", "line 4", "line 5");
      assertThat(follower.awaitExit(SOON)).isZero();
    }

    awaitThat(kubectl, "jsonpath={.status.phase}=Failed", "pod/ecs-count");
    assertThat(
            field(kubectl, "ecs-count", ".status.containerStatuses[0].state.terminated.exitCode"))
        .isEqualTo("3");
    assertThat(field(kubectl, "ecs-count", ".spec.nodeName")).isEqualTo("virtual-kubelet-ecs");
  }

  @Test
  void filesAreCopiedIntoAnEcsPodAndOutOfIt(@TempDir Path own) throws IOException {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    kubectl.apply(ECS_POD);
    awaitThat(kubectl, "jsonpath={.status.phase}=Running", "pod/open");
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
    awaitThat(kubectl, "jsonpath={.status.phase}=Running", "pod/open");
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

  /** A kubelet says the same of a container that has ended, and lets one in that is ending. */
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
    awaitThat(kubectl, "jsonpath={.status.phase}=Running", "pod/ending");
    assertThat(kubectl.get("exec", "ending", "--", "echo", "in")).isEqualTo("in\n");

    kubectl.get("delete", "pod", "ending", "--wait=false");
    await().atMost(SOON).until(() -> kubectl.run("exec", "ending", "--", "true").exitCode() == 1);

    assertThat(kubectl.run("exec", "ending", "--", "true").errors())
        .contains("container not found (\"main\")");
    Files.createFile(go);
    kubectl.get("wait", "--for=delete", "pod/ending", "--timeout=80s");
  }

  @Test
  void jobOfTwentyPodsCompletesWithExactlyTwentyTasks() throws IOException {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    kubectl.apply(sample("job.yaml"));

    awaitThat(kubectl, "condition=Complete", "job/twenty");

    List<String> uids =
        kubectl
            .get("get", "pods", "-o", "jsonpath={range .items[*]}{.metadata.uid}{\"\\n\"}{end}")
            .lines()
            .toList();
    assertThat(uids).hasSize(20);
    assertThat(started("ecs"))
        .filteredOn(task -> uids.stream().anyMatch(uid -> belongsTo(task, uid)))
        .hasSize(20);
  }

  @Test
  void deploymentRollsAndNothingOfItIsLeftAfterItsDeletion() throws IOException {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    kubectl.apply(sample("deployment.yaml"));
    kubectl.get("rollout", "status", "deployment/web", "--timeout=80s");

    kubectl.get("set", "env", "deployment/web", "VERSION=2");
    kubectl.get("rollout", "status", "deployment/web", "--timeout=80s");

    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(kubectl.get("logs", "-l", "app=web").lines())
                    .containsExactly("version 2", "version 2"));
    List<String> uids =
        kubectl
            .get("get", "pods", "-o", "jsonpath={range .items[*]}{.metadata.uid}{\"\\n\"}{end}")
            .lines()
            .toList();
    kubectl.get("delete", "deployment", "web", "--cascade=foreground", "--timeout=80s");
    assertThat(kubectl.get("get", "pods", "-o", "name")).isEmpty();
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              List<String> stopped =
                  simulator.journal().stops().stream().map(WorkloadStopped::id).toList();
              assertThat(started("ecs"))
                  .filteredOn(task -> uids.stream().anyMatch(uid -> belongsTo(task, uid)))
                  .hasSize(2)
                  .allMatch(task -> stopped.contains(task.id()));
            });
  }

  @Test
  void fieldThatCannotBeHonouredIsRefusedByItsPath() {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    kubectl.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: refused}
        spec:
          nodeName: virtual-kubelet-ecs
          restartPolicy: Never
          hostPID: true
          containers:
          - {name: main, image: busybox, command: ["true"]}
        """);

    awaitThat(kubectl, "jsonpath={.status.phase}=Failed", "pod/refused");

    assertThat(kubectl.get("get", "pod", "refused", "-o", "jsonpath={.status}"))
        .contains("spec.hostPID");
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(kubectl.get("events")).contains("spec.hostPID"));
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
    awaitThat(kubectl, "jsonpath={.status.phase}=Running", "pod/probed");
    assertThat(field(kubectl, "probed", ".status.containerStatuses[0].ready")).isEqualTo("false");

    Files.createFile(served.resolve("ready"));
    awaitThat(kubectl, "condition=Ready", "pod/probed");
    Files.move(served.resolve("live"), served.resolve("away"));
    awaitThat(kubectl, "jsonpath={.status.containerStatuses[0].restartCount}=1", "pod/probed");
    Files.move(served.resolve("away"), served.resolve("live"));
    awaitThat(kubectl, "condition=Ready", "pod/probed");

    assertThat(kubectl.get("get", "events", "-o", "jsonpath={.items[*].message}"))
        .contains("Readiness probe failed: HTTP probe failed with statuscode: 404")
        .contains("Liveness probe failed: HTTP probe failed with statuscode: 404")
        .contains("Container web failed liveness probe, will be restarted");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void taskOfAPodOutlivesAKilledAgentAndIsTheOnlyOne(@TempDir Path own) throws IOException {
    Kubectl kubectl = Cluster.newNamespace(Cluster.shared()).within(SOON);
    Path go = own.resolve("go");
    kubectl.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: outlives}
        spec:
          nodeName: virtual-kubelet-ecs
          restartPolicy: Never
          containers:
          - name: main
            image: busybox
            command: [sh, -c, "while [ ! -e %s ]; do sleep 0.1; done; echo end; exit 5"]
        """
            .formatted(go));
    awaitThat(kubectl, "jsonpath={.status.phase}=Running", "pod/outlives");
    String uid = field(kubectl, "outlives", ".metadata.uid");

    agent.kill();
    Files.createFile(go);
    agent = agent.restart();

    awaitThat(kubectl, "jsonpath={.status.phase}=Failed", "pod/outlives");
    assertThat(field(kubectl, "outlives", ".status.containerStatuses[0].state.terminated.exitCode"))
        .isEqualTo("5");
    assertThat(kubectl.get("logs", "outlives")).isEqualTo("end\n");
    assertThat(started("ecs")).filteredOn(task -> belongsTo(task, uid)).hasSize(1);
  }

  private static List<WorkloadStarted> started(String service) {
    return simulator.journal().starts().stream()
        .filter(each -> each.service().equals(service))
        .toList();
  }

  private static boolean belongsTo(WorkloadStarted task, String uid) {
    return task.tags().containsValue(uid);
  }

  private static String sample(String name) throws IOException {
    return Files.readString(SAMPLES.resolve(name));
  }

  private static void awaitThat(Kubectl kubectl, String condition, String object) {
    CommandResult result = kubectl.run("wait", "--for=" + condition, object, "--timeout=80s");
    assertThat(result.succeeded())
        .as(() -> result.errors() + kubectl.run("describe", object).output())
        .isTrue();
  }

  private static String field(Kubectl kubectl, String pod, String path) {
    return kubectl.get("get", "pod", pod, "-o", "jsonpath={" + path + "}");
  }
}
