package dev.outrigger.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.LifecycleHandlerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Failed probes and hooks on a backend that starts each container again alone. */
final class RestartedContainersTest extends ControlledPodsFixture {

  /** How often each path still answers 500 before it answers 200. */
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    backend.restartContainers();
    pods.stopAgent();
    pods.startAgent();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          asked.add(path);
          boolean fails = failures.merge(path, -1, Integer::sum) >= 0;
          exchange.sendResponseHeaders(fails ? 500 : 200, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  @Test
  void containerThatFailsItsLivenessProbeStartsAgainAloneAndNotReady() {
    failures.put("/live", 1);
    failures.put("/ready", Integer.MAX_VALUE);
    pods.apply(pod("Always", "/live", "/ready", null));

    await().atMost(SOON).until(() -> restarted().getRestartCount() == 1);

    assertThat(restarted().getReady()).isFalse();
    assertThat(restarted().getLastState().getTerminated().getExitCode()).isEqualTo(143);
    assertThat(pods.events()).contains("Unhealthy").containsOnlyOnce("Killing");
    assertThat(status("other").getRestartCount()).isZero();
    assertThat(backend.starts()).containsOnlyKeys(attempt("u", 0));
    failures.put("/ready", 0);
    await().atMost(SOON).until(() -> restarted().getReady());
  }

  @Test
  void withNeverTheContainerEndsAndTheRestGoesOn() {
    failures.put("/live", Integer.MAX_VALUE);
    pods.apply(pod("Never", "/live", null, null));

    await().atMost(SOON).until(() -> restarted().getState().getTerminated() != null);

    assertThat(restarted().getRestartCount()).isZero();
    assertThat(status("other").getState().getRunning()).isNotNull();
    assertThat(pods.status("u").getPhase()).isEqualTo("Running");
  }

  @Test
  void itsPreStopHookRunsBeforeTheStopAndThatOfOthersDoesNot() {
    failures.put("/live", 1);
    pods.apply(pod("Always", "/live", null, hook("/bye")));

    await().atMost(SOON).until(() -> restarted().getRestartCount() == 1);

    assertThat(asked).containsOnlyOnce("/bye");
    pods.delete("u", 600);
    await().atMost(SOON).until(() -> pods.isGone("u"));
    assertThat(asked).filteredOn("/bye"::equals).as("the next run's").hasSize(2);
  }

  @Test
  void stopThatTheAgentDidNotLiveToAskForIsAskedForByTheNextOne() {
    failures.put("/live", Integer.MAX_VALUE);
    LifecycleHandler endless = new LifecycleHandlerBuilder().withNewSleep(3600L).build();
    pods.apply(pod("Always", "/live", null, endless));
    await().atMost(SOON).until(() -> pods.events().contains("Killing"));
    assertThat(restarted().getRestartCount()).isZero();

    pods.stopAgent();
    pods.edit(
        "u",
        p ->
            new PodBuilder(p)
                .editSpec()
                .editFirstContainer()
                .withLifecycle(null)
                .endContainer()
                .endSpec()
                .build());
    pods.startAgent();

    await().atMost(SOON).until(() -> restarted().getRestartCount() >= 1);
    assertThat(backend.starts()).containsOnlyKeys(attempt("u", 0));
  }

  private ContainerStatus restarted() {
    return status("c");
  }

  private ContainerStatus status(String container) {
    return pods.status("u").getContainerStatuses().stream()
        .filter(s -> s.getName().equals(container))
        .findFirst()
        .orElseGet(
            () -> {
              ContainerStatus none = new ContainerStatus();
              none.setRestartCount(0);
              none.setState(new ContainerState());
              return none;
            });
  }

  private LifecycleHandler hook(String path) {
    return new LifecycleHandlerBuilder()
        .withNewHttpGet()
        .withHost("127.0.0.1")
        .withPath(path)
        .withNewPort(server.getAddress().getPort())
        .endHttpGet()
        .build();
  }

  private @Nullable Probe probe(@Nullable String path) {
    return path == null
        ? null
        : new ProbeBuilder()
            .withPeriodSeconds(1)
            .withTimeoutSeconds(60)
            .withFailureThreshold(1)
            .withHttpGet(hook(path).getHttpGet())
            .build();
  }

  private Pod pod(
      String policy,
      String liveness,
      @Nullable String readiness,
      @Nullable LifecycleHandler preStop) {
    return new PodBuilder(pod("u"))
        .editSpec()
        .withRestartPolicy(policy)
        .editFirstContainer()
        .withLivenessProbe(probe(liveness))
        .withReadinessProbe(probe(readiness))
        .withNewLifecycle()
        .withPreStop(preStop)
        .endLifecycle()
        .endContainer()
        .addNewContainer()
        .withName("other")
        .withImage("i")
        .endContainer()
        .endSpec()
        .build();
  }
}
