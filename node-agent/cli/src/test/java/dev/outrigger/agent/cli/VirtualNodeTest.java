package dev.outrigger.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.outrigger.agent.config.AgentConfig;
import dev.outrigger.agent.config.KubeletConfig;
import dev.outrigger.agent.config.NodeConfig;
import dev.outrigger.agent.kubelet.Authenticator;
import dev.outrigger.agent.kubelet.Authorizer;
import dev.outrigger.agent.kubelet.KubeletThreads;
import dev.outrigger.agent.kubelet.KubernetesReviewers;
import dev.outrigger.agent.observe.AgentMetrics;
import dev.outrigger.agent.resolve.ApiConfigSource;
import dev.outrigger.agent.resolve.ApiTokenSource;
import dev.outrigger.provider.Settings;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a node is opened, beside an API server that takes every Node and has no Pods. */
class VirtualNodeTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Map<String, JsonNode> registered = new ConcurrentHashMap<>();
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final KubeletThreads threads = new KubeletThreads(1);
  private HttpServer api;
  private KubernetesClient client;

  @BeforeEach
  void start() throws IOException {
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.createContext("/", this::answer);
    api.start();
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder()
                    .withMasterUrl("http://127.0.0.1:" + api.getAddress().getPort())
                    .withAutoConfigure(false)
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build();
  }

  @AfterEach
  void stop() {
    client.close();
    threads.close();
    api.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] sent = exchange.getRequestBody().readAllBytes();
    boolean node =
        "POST".equals(exchange.getRequestMethod())
            && exchange.getRequestURI().getPath().equals("/api/v1/nodes");
    String body = "{\"kind\": \"Status\", \"apiVersion\": \"v1\", \"code\": 404}";
    if (node) {
      JsonNode made = JSON.readTree(sent);
      String name = made.at("/metadata/name").asText();
      calls.add("registered " + name);
      registered.put(name, made);
      body = "{\"kind\": \"Node\", \"apiVersion\": \"v1\", \"metadata\": {\"uid\": \"u\"}}";
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(node ? 201 : 404, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private VirtualNode started(String name, LateProvider provider) throws IOException {
    Clock clock = Clock.systemUTC();
    KubernetesReviewers reviewers = new KubernetesReviewers(client);
    KubeletConfig kubelet =
        new KubeletConfig(
            "127.0.0.1", 0, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    VirtualNode.Shared shared =
        new VirtualNode.Shared(
            new AgentConfig(
                Optional.empty(), kubelet, Duration.ofHours(1), List.of(), Optional.empty()),
            client,
            List::of,
            new ApiConfigSource(client, clock),
            new ApiTokenSource(client, clock),
            new Authenticator(Optional.of(reviewers), clock),
            new Authorizer(reviewers, clock),
            threads,
            new AgentMetrics(clock),
            clock);
    Settings settings = new Settings("nodes[0].late", Map.of(), new ArrayList<>());
    NodeConfig config = new NodeConfig(name, "late", Map.of(), Map.of(), List.of(), settings);
    return VirtualNode.start(shared, config, provider, 0);
  }

  @Test
  void aNodeWhoseBackendIsAwayTouchesNothingAndHoldsUpNoOther() throws Exception {
    LateProvider late = new LateProvider(calls::add);
    LateProvider here = new LateProvider(call -> {});
    here.arrived = true;
    try (VirtualNode first = started("first", late);
        VirtualNode second = started("second", here)) {
      assertThat(first).isNotEqualTo(second);
      await().atMost(PATIENCE).until(() -> registered.containsKey("second"));
      await().atMost(PATIENCE).until(() -> late.asked.get() >= 2);

      assertThat(calls).containsExactly("registered second");
    }
    assertThat(late.closed).isTrue();
    assertThat(calls).containsExactly("registered second");
  }

  @Test
  void aBackendThatComesLateIsAskedWhatItHasBeforeItsNodeIsRegistered() throws Exception {
    LateProvider late = new LateProvider(calls::add);
    try (VirtualNode node = started("node", late)) {
      assertThat(node).isNotNull();
      await().atMost(PATIENCE).until(() -> late.asked.get() >= 2);
      late.arrived = true;

      await().atMost(PATIENCE).until(() -> registered.containsKey("node"));
      assertThat(calls.getFirst()).isEqualTo("state");
      assertThat(registered)
          .hasEntrySatisfying(
              "node",
              made -> {
                assertThat(made.at("/status/allocatable/pods").asText()).isEqualTo("7");
                assertThat(made.at("/metadata/labels/zone").asText()).isEqualTo("late");
              });
    }
  }
}
