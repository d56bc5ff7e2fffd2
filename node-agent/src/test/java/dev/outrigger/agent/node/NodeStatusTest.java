package dev.outrigger.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.outrigger.agent.api.FakeApiServer;
import dev.outrigger.agent.api.ManualClock;
import dev.outrigger.agent.config.NodeConfig;
import dev.outrigger.provider.Capabilities;
import dev.outrigger.provider.NodeState;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Settings;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is written of a node whose backend changes, over the wire to an API server's answers. */
class NodeStatusTest {

  private static final String OTHERS = "{\"effect\":\"NoExecute\",\"key\":\"others\"}";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final NodeConfig CONFIG =
      new NodeConfig(
          "node",
          "any",
          Map.of("cpu", "16"),
          Map.of(),
          List.of(),
          new Settings("nodes[0].any", Map.of(), new ArrayList<>()));
  private static final Capabilities CAPABILITIES =
      new Capabilities(
          Map.of("cpu", "4", "memory", "1Gi", "pods", "1000"),
          Optional.empty(),
          Duration.ZERO,
          Map.of());

  private final ManualClock steady = new ManualClock();
  private final List<JsonNode> taints = new CopyOnWriteArrayList<>();
  private final List<JsonNode> patches = new CopyOnWriteArrayList<>();
  private volatile NodeState state = NodeState.UNKNOWN;
  private volatile boolean silent;
  private volatile String there = "[" + OTHERS + "]";
  private FakeApiServer api;
  private NodeResources resources;
  private NodeRegistration registration;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApiServer(this::answer);
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    resources = new NodeResources(CONFIG, CAPABILITIES, Optional.of(this::told), steady);
    registration =
        new NodeRegistration(
            api.client(),
            new NodeObject(CONFIG, CAPABILITIES, "10.0.0.9", 10250, "v1", NOW),
            resources,
            clock);
    registration.register();
  }

  private NodeState told() throws ProviderException {
    if (silent) {
      throw new ProviderException.Unavailable("no answer", null);
    }
    return state;
  }

  private FakeApiServer.Answer answer(FakeApiServer.Request request) throws IOException {
    if ("PATCH".equals(request.method())) {
      JsonNode patch = JSON.readTree(request.body());
      if (patch.path("spec").isMissingNode()) {
        patches.add(patch.path("status"));
      } else {
        taints.add(patch.at("/spec/taints"));
        there = patch.at("/spec/taints").toString();
      }
    }
    return new FakeApiServer.Answer(
        200,
        """
        {"kind": "Node", "apiVersion": "v1",
         "metadata": {"name": "node", "uid": "u", "resourceVersion": "7"},
         "spec": {"taints": %s}}"""
            .formatted(there));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private void beat() {
    resources.refresh();
    registration.refresh();
  }

  @Test
  void eachChangeIsWrittenOnceAndNothingIsWrittenWithoutOne() {
    beat();
    beat();
    assertThat(patches).isEmpty();

    state = new NodeState(Map.of("pods", "10"), List.of(image("a", 1), image("b", 2)));
    beat();
    state = new NodeState(Map.of("pods", "10"), List.of(image("b", 2), image("a", 1)));
    beat();
    assertThat(patches).hasSize(1);
    assertThat(patches.getFirst().at("/allocatable/pods").asText()).isEqualTo("10");
    assertThat(patches.getFirst().at("/capacity/pods").asText()).isEqualTo("10");
    assertThat(patches.getFirst().path("images").toString())
        .isEqualTo("[{\"names\":[\"b\"],\"sizeBytes\":2},{\"names\":[\"a\"],\"sizeBytes\":1}]");

    state = NodeState.UNKNOWN;
    beat();
    beat();
    assertThat(patches).hasSize(2);
    assertThat(patches.getLast().at("/allocatable/pods").asText()).isEqualTo("1000");
    assertThat(patches.getLast().path("images").isArray()).isTrue();
    assertThat(patches.getLast().path("images")).isEmpty();
  }

  @Test
  void whatIsConfiguredStandsAndABackendThatDoesNotAnswerChangesNothing() {
    state = new NodeState(Map.of("cpu", "2", "pods", "10"), List.of());
    beat();
    silent = true;
    beat();
    silent = false;
    state = new NodeState(Map.of("pods", "many"), List.of());
    beat();

    assertThat(resources.allocatable())
        .containsEntry("cpu", new BigDecimal("16"))
        .containsEntry("pods", new BigDecimal("10"));
    assertThat(patches).hasSize(1);
  }

  @Test
  void aBackendThatIsSilentForLongKeepsNewPodsOffUntilItAnswers() {
    silent = true;
    beat();
    steady.pass(BackendOutage.PATIENCE.minusMillis(1));
    beat();
    assertThat(patches).as("not for a short silence").isEmpty();

    steady.pass(Duration.ofMillis(1));
    beat();
    beat();
    assertThat(patches).hasSize(1);
    assertThat(condition("BackendAvailable").path("status").asText()).isEqualTo("False");
    assertThat(condition("BackendAvailable").path("message").asText()).isEqualTo("no answer");
    assertThat(condition("Ready").path("status").asText())
        .as("what runs there is left alone")
        .isEqualTo("True");
    assertThat(taints).hasSize(1);
    assertThat(taints.getFirst().toString())
        .isEqualTo(
            "["
                + OTHERS
                + ",{\"effect\":\"NoSchedule\",\"key\":\"outrigger.dev/backend-unavailable\"}]");

    silent = false;
    beat();
    beat();
    assertThat(patches).hasSize(2);
    assertThat(condition("BackendAvailable").path("status").asText()).isEqualTo("True");
    assertThat(taints).hasSize(2);
    assertThat(taints.getLast().toString()).isEqualTo("[" + OTHERS + "]");
  }

  private JsonNode condition(String type) {
    for (JsonNode condition : patches.getLast().path("conditions")) {
      if (type.equals(condition.path("type").asText())) {
        return condition;
      }
    }
    return MissingNode.getInstance();
  }

  @Test
  void atMostFiftyImagesAreListedTheLargestFirst() {
    List<NodeState.Image> many =
        Stream.concat(
                Stream.of(new NodeState.Image(List.of("unknown"), OptionalLong.empty())),
                IntStream.range(0, 60).mapToObj(i -> image("i" + i, 100 + i)))
            .toList();
    state = new NodeState(Map.of(), many);
    beat();

    assertThat(patches.getFirst().path("images")).hasSize(50);
    assertThat(patches.getFirst().at("/images/0/names/0").asText()).isEqualTo("i59");
    assertThat(patches.getFirst().at("/images/49/names/0").asText()).isEqualTo("i10");
  }

  private static NodeState.Image image(String name, long size) {
    return new NodeState.Image(List.of(name), OptionalLong.of(size));
  }
}
