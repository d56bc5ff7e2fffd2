package dev.outrigger.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What probes do to a Pod, through the controller. */
final class ProbedPodsTest extends ControlledPodsFixture {

  private final Map<String, Integer> answers = new ConcurrentHashMap<>();
  private final AtomicBoolean failOnce = new AtomicBoolean();
  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          String path = exchange.getRequestURI().getPath();
          boolean once = failOnce.compareAndSet(true, false);
          exchange.sendResponseHeaders(once ? 500 : answers.getOrDefault(path, 500), -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  @Test
  void podIsReadyOnceItsReadinessProbeSucceedsAndUnreadyWhenItFails() {
    pods.apply(pod("Always", null, null, "/ready"));
    awaitPhase("u", "Running");
    assertThat(container("u").getReady()).isFalse();
    assertThat(container("u").getStarted()).isTrue();
    assertThat(condition("Ready")).isEqualTo("False");

    answers.put("/ready", 200);
    await().atMost(SOON).until(() -> condition("Ready").equals("True"));
    assertThat(container("u").getReady()).isTrue();

    answers.put("/ready", 500);
    await().atMost(SOON).until(() -> condition("Ready").equals("False"));
    assertThat(pods.events()).contains("Unhealthy");
    assertThat(backend.starts()).hasSize(1);
  }

  @Test
  void containerThatFailsItsLivenessProbeStartsAgain() {
    answers.put("/live", 200);
    pods.apply(pod("Always", null, "/live", null));
    await().atMost(SOON).until(() -> condition("Ready").equals("True"));

    failOnce.set(true);
    await()
        .atMost(SOON)
        .until(() -> container("u").getRestartCount() == 1 && condition("Ready").equals("True"));

    assertThat(pods.events()).contains("Unhealthy", "Killing");
    assertThat(container("u").getLastState().getTerminated().getExitCode()).isNotZero();
    assertThat(backend.starts()).containsOnlyKeys(attempt("u", 0), attempt("u", 1));
    assertThat(backend.starts().values()).containsOnly(1);
  }

  @Test
  void podThatIsNotToStartAgainFailsWithItsLiveness() {
    pods.apply(pod("Never", null, "/live", null));

    awaitPhase("u", "Failed");

    assertThat(pods.events()).contains("Unhealthy", "Killing");
    assertThat(backend.starts()).hasSize(1);
  }

  @Test
  void otherProbesWaitForTheStartUpProbe() {
    answers.put("/ready", 200);
    pods.apply(pod("Always", "/started", "/live", "/ready"));
    awaitPhase("u", "Running");
    assertThat(container("u").getStarted()).isFalse();
    assertThat(container("u").getReady()).isFalse();
    answers.put("/live", 200);
    answers.put("/started", 200);

    await().atMost(SOON).until(() -> condition("Ready").equals("True"));

    assertThat(container("u").getStarted()).isTrue();
    assertThat(container("u").getRestartCount()).isZero();
  }

  @Test
  void podThatWasReadyStaysReadyOverARestartOfTheAgent() {
    answers.put("/ready", 200);
    pods.apply(pod("Always", null, null, "/ready"));
    await().atMost(SOON).until(() -> condition("Ready").equals("True"));
    String since = transition("Ready");
    pods.stopAgent();
    int before = asked.get();

    pods.startAgent();

    await().atMost(SOON).until(() -> asked.get() >= before + 2);
    assertThat(condition("Ready")).isEqualTo("True");
    assertThat(transition("Ready")).isEqualTo(since);
  }

  private String condition(String type) {
    return pods.status("u").getConditions().stream()
        .filter(c -> c.getType().equals(type))
        .map(io.fabric8.kubernetes.api.model.PodCondition::getStatus)
        .findFirst()
        .orElse("");
  }

  private String transition(String type) {
    return pods.status("u").getConditions().stream()
        .filter(c -> c.getType().equals(type))
        .map(io.fabric8.kubernetes.api.model.PodCondition::getLastTransitionTime)
        .findFirst()
        .orElseThrow();
  }

  private Pod pod(
      String policy,
      @Nullable String startup,
      @Nullable String liveness,
      @Nullable String readiness) {
    return new PodBuilder(pod("u"))
        .editSpec()
        .withRestartPolicy(policy)
        .withTerminationGracePeriodSeconds(1L)
        .editFirstContainer()
        .withStartupProbe(probe(startup, 600))
        .withLivenessProbe(probe(liveness, 1))
        .withReadinessProbe(probe(readiness, 1))
        .endContainer()
        .endSpec()
        .build();
  }

  private @Nullable Probe probe(@Nullable String path, int failures) {
    return path == null
        ? null
        : new ProbeBuilder()
            .withPeriodSeconds(1)
            .withTimeoutSeconds(60)
            .withFailureThreshold(failures)
            .withNewHttpGet()
            .withHost("127.0.0.1")
            .withPath(path)
            .withNewPort(server.getAddress().getPort())
            .endHttpGet()
            .build();
  }
}
