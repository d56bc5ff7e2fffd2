package dev.outrigger.testbed;

import static dev.outrigger.testbed.Pods.awaitStarted;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many streams and a large one, by one agent with a heap of 256 MiB. */
@SuppressWarnings("NullAway.Init") // set before all tests
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Order(12) // of the long ones
final class ManyStreamsTest {
  private static final String NODE = "scale";
  private static final int FOLLOWERS = Integer.getInteger("outrigger.scale.followers", 1000);
  private static final int EXECS = Integer.getInteger("outrigger.scale.execs", 200);
  private static final String LINE = "0123456789".repeat(20);
  private static final long LOG_BYTES = Long.getLong("outrigger.scale.mebibytes", 100) << 20;
  private static final long MOST_GROWTH = 32L << 20;

  @TempDir static Path folder;
  private static AgentProcess agent;
  private static Kubectl kubectl;
  private static KubernetesClient client;

  @BeforeAll
  static void startTheAgent() throws IOException {
    ControlPlane cluster = Cluster.shared();
    agent = AgentRights.agent(cluster, folder, NodeSettings.local(NODE, folder.resolve("pods")));
    kubectl = Cluster.newNamespace(cluster);
    // By a token: a signature with a client's RSA key for each stream takes most of a minute.
    kubectl.get(
        "create",
        "clusterrolebinding",
        "streams",
        "--clusterrole=cluster-admin",
        "--serviceaccount=" + kubectl.namespace() + ":default");
    String token = kubectl.get("create", "token", "default", "--duration=2h").strip();
    Config config =
        new ConfigBuilder(Config.fromKubeconfig(cluster.kubeconfig().toFile()))
            .withClientCertData(null)
            .withClientKeyData(null)
            .withOauthToken(token)
            .withMaxConcurrentRequests(4096)
            .withRequestTimeout((int) TimeUnit.MINUTES.toMillis(2))
            .withMaxConcurrentRequestsPerHost(4096)
            .build();
    client = new KubernetesClientBuilder().withConfig(config).build();
  }

  @AfterAll
  static void stopTheAgent() {
    client.close();
    agent.close();
  }

  @Test
  void aLargeLogIsFollowedWithoutGrowing() throws Exception {
    pod("warm", "yes " + LINE + " | head -c 50000000");
    followed("warm");
    long before = resident();
    AtomicLong most = new AtomicLong(before);
    AtomicBoolean done = new AtomicBoolean();
    Thread watcher = Thread.ofVirtual().start(() -> watchResident(most, done));

    pod("large", "yes " + LINE + " | head -c " + LOG_BYTES);
    long bytes = followed("large");
    done.set(true);
    watcher.join();

    System.out.printf(
        "%d MiB followed: RSS %d MiB before, %d MiB at most%n",
        LOG_BYTES >> 20, before >> 20, most.get() >> 20);
    assertThat(bytes).isEqualTo(LOG_BYTES);
    assertThat(most.get() - before).isLessThan(MOST_GROWTH);
  }

  @Test
  void athousandFollowersAndTwoHundredExecsAtOnceAllEndAsTheyShould() throws Exception {
    Path signal = folder.resolve("go");
    pod("chatty", "echo first; while [ ! -e " + signal + " ]; do sleep 1; done; echo last");
    CountDownLatch following = new CountDownLatch(FOLLOWERS);
    List<Future<String>> logs = new ArrayList<>();
    List<Future<Integer>> execs = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        for (int i = 0; i < FOLLOWERS; i++) {
          logs.add(threads.submit(() -> chatty(following)));
        }
        assertThat(following.await(5, TimeUnit.MINUTES)).as("followers: %s", following).isTrue();
        for (int i = 0; i < EXECS; i++) {
          int code = i % 100;
          Callable<Integer> exec = () -> exited(code);
          execs.add(threads.submit(exec));
        }
        for (int i = 0; i < EXECS; i++) {
          assertThat(execs.get(i).get()).as("exec %d", i).isEqualTo(i % 100);
        }
      } finally {
        // Nobody follows for ever.
        Files.createFile(signal);
      }
      for (Future<String> log : logs) {
        assertThat(log.get()).isEqualTo("first\nlast\n");
      }
    }
    System.out.printf("RSS after %d followers: %d MiB%n", FOLLOWERS, resident() >> 20);
  }

  private static String chatty(CountDownLatch following) throws Exception {
    StringBuilder text = new StringBuilder();
    boolean counted = false;
    byte[] buffer = new byte[256];
    try (InputStream out = log()) {
      for (int n = out.read(buffer); n >= 0; n = out.read(buffer)) {
        text.append(new String(buffer, 0, n, StandardCharsets.US_ASCII));
        if (!counted && text.indexOf("first") >= 0) {
          counted = true;
          following.countDown();
        }
      }
    }
    return text.toString();
  }

  /** The log, followed. The client's own way would start an informer for each. */
  private static InputStream log() throws Exception {
    HttpClient http = client.getHttpClient();
    String path = "api/v1/namespaces/%s/pods/chatty/log?follow=true".formatted(kubectl.namespace());
    HttpRequest request =
        http.newHttpRequestBuilder()
            .uri(client.getMasterUrl() + path)
            .timeout(0, TimeUnit.SECONDS)
            .build();
    HttpResponse<InputStream> response =
        http.sendAsync(request, InputStream.class).get(3, TimeUnit.MINUTES);
    assertThat(response.code()).isEqualTo(200);
    return response.body();
  }

  private static int exited(int code) throws Exception {
    try (ExecWatch watch =
        client
            .pods()
            .inNamespace(kubectl.namespace())
            .withName("chatty")
            .inContainer("main")
            .writingOutput(OutputStream.nullOutputStream())
            .writingError(OutputStream.nullOutputStream())
            .exec("sh", "-c", "sleep 5; exit " + code)) {
      return watch.exitCode().get(3, TimeUnit.MINUTES);
    }
  }

  private static void pod(String name, String command) {
    kubectl.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s}
        spec:
          nodeName: %s
          restartPolicy: Never
          terminationGracePeriodSeconds: 1
          containers:
          - {name: main, image: host, command: [sh, -c, "%s"]}
        """
            .formatted(name, NODE, command));
    awaitStarted(kubectl, name);
  }

  /** How much kubectl prints of a log until its container ends. */
  private static long followed(String pod) throws IOException {
    try (ChildProcess logs = kubectl.start("logs", "-f", pod);
        Reader out = logs.output()) {
      return out.transferTo(Writer.nullWriter());
    }
  }

  private static void watchResident(AtomicLong most, AtomicBoolean done) {
    while (!done.get()) {
      most.accumulateAndGet(resident(), Math::max);
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static long resident() {
    try {
      return Files.readAllLines(Path.of("/proc/" + agent.pid() + "/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
