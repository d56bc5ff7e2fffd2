package dev.outrigger.testbed;

import static dev.outrigger.testbed.Pods.awaitPhase;
import static dev.outrigger.testbed.Pods.awaitStarted;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * exec, attach, cp, port-forward and logs -f as users type them, through a real API server to the
 * agent, with processes as backend. What is expected was seen on a real kubelet.
 */
@SuppressWarnings("NullAway.Init") // set before all tests
@Order(15) // of the long ones
final class KubectlStreamsTest {
  private static final String NODE = SharedNodes.LOCAL;
  private static final int LARGE = 100 << 20;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir static Path folder;
  private static Kubectl kubectl;

  @BeforeAll
  static void startAPod() {
    SharedNodes.get();
    kubectl = Cluster.newNamespace(Cluster.shared()).within(LIMIT);
    kubectl.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: pod}
        spec:
          nodeName: %s
          restartPolicy: Never
          terminationGracePeriodSeconds: 1
          containers:
          - {name: main, image: host, command: [sleep, "100000"]}
          - {name: ended, image: host, command: ["true"]}
          - name: reader
            image: host
            stdin: true
            stdinOnce: true
            command: [sh, -c, "while read line; do echo got $line; done; echo end; sleep 1000"]
        """
            .formatted(NODE));
    awaitPhase(kubectl, "pod", "Running");
    kubectl.get(
        "wait",
        "--for=jsonpath={.status.containerStatuses[?(@.name=='ended')].state.terminated.exitCode}=0",
        "pod/pod",
        "--timeout=60s");
  }

  /** A script in which {@code k} is kubectl. */
  private static CommandResult sh(boolean webSockets, String script) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", "k() { kubectl -n $NAMESPACE \"$@\"; }\n" + script);
    builder
        .environment()
        .put("KUBECONFIG", Cluster.shared().kubeconfig().toAbsolutePath().toString());
    builder.environment().put("NAMESPACE", kubectl.namespace());
    builder.environment().put("KUBECTL_REMOTE_COMMAND_WEBSOCKETS", Boolean.toString(webSockets));
    Path output = Files.createTempFile(folder, "output", "");
    Path errors = Files.createTempFile(folder, "errors", "");
    builder.redirectOutput(output.toFile()).redirectError(errors.toFile());
    try (ChildProcess process = ChildProcess.start("sh", builder)) {
      int code = process.awaitExit(LIMIT);
      return new CommandResult(script, code, Files.readString(output), Files.readString(errors));
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "7", "126", "127", "137"})
  void exitCodeOfExecIsTheCommands(int code) {
    CommandResult result =
        kubectl.run("exec", "pod", "-c", "main", "--", "sh", "-c", "exit " + code);

    assertThat(result.exitCode()).isEqualTo(code);
    if (code != 0) {
      assertThat(errors(result)).isEqualTo("command terminated with exit code " + code + "\n");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void outputsOfExecAreApartAndDeathBySignalIsTold(boolean webSockets) throws Exception {
    CommandResult result =
        sh(webSockets, "k exec pod -c main -- sh -c 'echo out; echo err >&2; kill -9 $$'");

    assertThat(result.output()).isEqualTo("out\n");
    assertThat(errors(result)).isEqualTo("err\ncommand terminated with exit code 137\n");
    assertThat(result.exitCode()).isEqualTo(137);
  }

  @Test
  void whatCannotBeExecutedIsSaidAsOnAKubelet() throws Exception {
    assertThat(errors(sh(false, "k exec pod -c main -- nosuch")))
        .startsWith("error: Internal error occurred: error executing command in container: ")
        .endsWith("exec: \"nosuch\": executable file not found in $PATH\n");
    assertThat(errors(sh(false, "k exec pod -c ended -- true")))
        .isEqualTo("error: unable to upgrade connection: container not found (\"ended\")\n");
    assertThat(errors(sh(true, "k exec pod -c ended -- true")))
        .isEqualTo(
            "error: Internal error occurred: "
                + "unable to upgrade connection: container not found (\"ended\")\n");
    assertThat(errors(sh(false, "k attach pod -c ended")))
        .contains(
            "unable to upgrade connection: container ended not found in pod pod_"
                + kubectl.namespace());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void inputOfExecEndsAndComesBackWhole(boolean webSockets) throws Exception {
    Path input = random("input", 20 << 20);

    CommandResult result =
        sh(webSockets, "k exec -i pod -c main -- cat < %s | cmp - %1$s".formatted(input));

    assertThat(errors(result)).isEmpty();
    assertThat(result.exitCode()).as(result.output()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void terminalOfExecHasTheClientsSizeAndItsKeys(boolean webSockets) throws Exception {
    Path driver = folder.resolve("on-a-terminal.py");
    try (InputStream script = KubectlStreamsTest.class.getResourceAsStream("on-a-terminal.py")) {
      Files.write(driver, script.readAllBytes());
    }

    CommandResult result =
        sh(
            webSockets,
            "exec python3 "
                + driver
                + " kubectl -n $NAMESPACE exec -it pod -c main -- sh -c"
                + " 'while :; do echo size $(stty size); sleep 0.1; done'");

    assertThat(result.exitCode()).as(result.errors()).isEqualTo(130);
  }

  @Test
  void filesAreCopiedInBothDirections() throws Exception {
    Path original = random("original", LARGE);
    Path there = folder.resolve("there");
    Path back = folder.resolve("back");

    kubectl.get("cp", original.toString(), "pod:" + there, "-c", "main");
    kubectl.get("cp", "pod:" + there, back.toString(), "-c", "main");

    assertThat(Files.mismatch(original, there)).isEqualTo(-1);
    assertThat(Files.mismatch(original, back)).isEqualTo(-1);
  }

  @Test
  void attachCarriesInputAndOutput() throws Exception {
    CommandResult result =
        sh(
            true,
            "(echo one; echo two) | k attach -i pod -c reader > %1$s/attached &".formatted(folder)
                + " for i in $(seq 600); do grep -q end %1$s/attached && break; sleep 0.1; done;"
                    .formatted(folder)
                + " kill $!; cat %s/attached".formatted(folder));

    assertThat(result.output()).isEqualTo("got one\ngot two\nend\n");
  }

  @Test
  void logsAreFollowedToTheEnd() {
    kubectl.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: talks}
        spec:
          nodeName: %s
          restartPolicy: Never
          containers:
          - {name: main, image: host, command: [sh, -c, "seq 100000; sleep 1; echo last"]}
        """
            .formatted(NODE));
    awaitStarted(kubectl, "talks");

    assertThat(kubectl.get("logs", "-f", "talks").lines()).hasSize(100_001).endsWith("last");
  }

  @Test
  void portForwardCarriesALargeAnswerAndManyAtOnce() throws Exception {
    byte[] large = new byte[LARGE];
    new Random(4).nextBytes(large);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        ChildProcess forward =
            kubectl.start("port-forward", "pod/pod", ":" + server.getAddress().getPort())) {
      BufferedReader output = forward.output();
      server.setExecutor(threads);
      server.createContext(
          "/",
          exchange -> {
            boolean all = exchange.getRequestURI().getPath().equals("/large");
            byte[] body =
                all ? large : exchange.getRequestURI().toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            try (var to = exchange.getResponseBody()) {
              // In parts: the server's own copy of a large one would not fit into the heap.
              new ByteArrayInputStream(body).transferTo(new PartsOutput(to));
            }
          });
      server.start();
      String base = "http://127.0.0.1:" + port(output.readLine());
      Thread.ofVirtual().start(() -> drain(output));

      try (InputStream answer = get(base + "/large").join().body()) {
        assertThat(isEqual(answer, large)).isTrue();
      }
      List<CompletableFuture<HttpResponse<InputStream>>> answers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        answers.add(get(base + "/" + i));
      }
      for (int i = 0; i < 50; i++) {
        assertThat(new String(answers.get(i).join().body().readAllBytes(), StandardCharsets.UTF_8))
            .isEqualTo("/" + i);
      }
    } finally {
      server.stop(0);
    }
  }

  /** Passes on 64 KiB at a time. */
  private static final class PartsOutput extends OutputStream {
    private static final int PART = 64 << 10;
    private final OutputStream to;

    PartsOutput(OutputStream to) {
      this.to = to;
    }

    @Override
    public void write(int one) throws IOException {
      to.write(one);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      for (int at = 0; at < length; at += PART) {
        to.write(bytes, offset + at, Math.min(PART, length - at));
      }
    }
  }

  /**
   * What a command said, without a line of kubectl's own: over WebSocket the API server's first,
   * empty message may reach it before it has made its streams (client-go, websocket.go).
   */
  private static String errors(CommandResult result) {
    return result
        .errors()
        .lines()
        .filter(line -> !line.contains("] Unknown stream id "))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  private static String port(String line) {
    Matcher forwarding = Pattern.compile("Forwarding from 127.0.0.1:(\\d+) -> .*").matcher(line);
    assertThat(forwarding.matches()).as(line).isTrue();
    return forwarding.group(1);
  }

  private static void drain(BufferedReader output) {
    try {
      while (output.readLine() != null) {}
    } catch (IOException e) {
      // The process has ended.
    }
  }

  /** Each on a connection of its own. */
  private static CompletableFuture<HttpResponse<InputStream>> get(String uri) {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    return client.sendAsync(
        HttpRequest.newBuilder(URI.create(uri)).timeout(LIMIT).build(),
        HttpResponse.BodyHandlers.ofInputStream());
  }

  private static Path random(String name, int size) throws IOException {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return Files.write(folder.resolve(name), bytes);
  }

  private static boolean isEqual(InputStream read, byte[] expected) throws IOException {
    byte[] buffer = new byte[1 << 16];
    int at = 0;
    for (int n = read.read(buffer); n >= 0; at += n, n = read.read(buffer)) {
      if (at + n > expected.length || Arrays.mismatch(buffer, 0, n, expected, at, at + n) >= 0) {
        return false;
      }
    }
    return at == expected.length;
  }
}
