package dev.outrigger.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Lifecycle;
import io.fabric8.kubernetes.api.model.LifecycleBuilder;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.LifecycleHandlerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What lifecycle hooks do to a Pod. */
final class HookedPodsTest extends ControlledPodsFixture {

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final CountDownLatch go = new CountDownLatch(1);
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestHeaders().getFirst("User-Agent"));
          try {
            go.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.sendResponseHeaders(500, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void close() {
    go.countDown();
    server.stop(0);
  }

  @Test
  void containerCountsAsRunningOnceItsPostStartHookHasEnded() {
    pods.apply(pod(new LifecycleBuilder().withPostStart(http(port())).build()));
    await().atMost(SOON).until(() -> asked.equals(List.of("kube-lifecycle/1.35")));
    await().atMost(SOON).until(() -> !pods.status("u").getContainerStatuses().isEmpty());
    assertThat(container("u").getState().getWaiting().getReason()).isEqualTo("ContainerCreating");
    assertThat(pods.status("u").getPhase()).isEqualTo("Pending");

    go.countDown();

    awaitPhase("u", "Running");
    assertThat(container("u").getRestartCount()).isZero();
    assertThat(asked).as("once").hasSize(1);
    assertThat(pods.events()).containsExactly("Started");
  }

  @Test
  void postStartHookRunsAgainWhenTheAgentWasKilledDuringItAndNotAfterIt() {
    pods.apply(pod(new LifecycleBuilder().withPostStart(http(port())).build()));
    await().atMost(SOON).until(() -> asked.size() == 1);
    pods.stopAgent();
    pods.startAgent();
    await().atMost(SOON).until(() -> asked.size() == 2);
    go.countDown();
    awaitPhase("u", "Running");
    pods.stopAgent();
    pods.startAgent();

    pods.delete("u", 30);

    await().atMost(SOON).until(() -> pods.isGone("u"));
    assertThat(asked).hasSize(2);
    assertThat(backend.starts()).hasSize(1);
  }

  @Test
  void containerWhosePostStartHookFailsStartsAgain() throws IOException {
    pods.apply(pod(new LifecycleBuilder().withPostStart(http(closedPort())).build()));

    await().atMost(SOON).until(() -> backend.starts().size() == 2);

    assertThat(pods.events()).contains("FailedPostStartHook", "Killing");
    assertThat(container("u").getLastState().getTerminated()).isNotNull();
  }

  @Test
  void stopWaitsForThePreStopHook() {
    pods.apply(pod(new LifecycleBuilder().withPreStop(http(port())).build()));
    awaitPhase("u", "Running");

    pods.delete("u", 600);
    await().atMost(SOON).until(() -> asked.size() == 1);
    assertThat(backend.workload(attempt("u", 0)).orElseThrow().isTerminated()).isFalse();
    go.countDown();

    await().atMost(SOON).until(() -> pods.isGone("u"));
    assertThat(asked).hasSize(1);
    assertThat(pods.events()).containsExactly("Started", "Killing");
  }

  @Test
  void preStopHookThatTakesAllOfTheGraceIsNotWaitedForAnyLonger() {
    LifecycleHandler sleep = new LifecycleHandlerBuilder().withNewSleep(3600L).build();
    pods.apply(pod(new LifecycleBuilder().withPreStop(sleep).build()));
    awaitPhase("u", "Running");

    pods.delete("u", 2);

    await().atMost(SOON).until(() -> pods.isGone("u"));
  }

  @Test
  void failedPreStopHookIsToldAndStopsNothing() throws IOException {
    pods.apply(pod(new LifecycleBuilder().withPreStop(http(closedPort())).build()));
    awaitPhase("u", "Running");

    pods.delete("u", 600);

    await().atMost(SOON).until(() -> pods.isGone("u"));
    assertThat(pods.events()).containsExactly("Started", "Killing", "FailedPreStopHook");
  }

  private int port() {
    return server.getAddress().getPort();
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static LifecycleHandler http(int port) {
    return new LifecycleHandlerBuilder()
        .withNewHttpGet()
        .withHost("127.0.0.1")
        .withPath("/")
        .withNewPort(port)
        .endHttpGet()
        .build();
  }

  private static Pod pod(Lifecycle lifecycle) {
    return new PodBuilder(pod("u"))
        .editSpec()
        .editFirstContainer()
        .withLifecycle(lifecycle)
        .endContainer()
        .endSpec()
        .build();
  }
}
