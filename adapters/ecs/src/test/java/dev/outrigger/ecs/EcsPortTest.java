package dev.outrigger.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.PortConnection;
import dev.outrigger.provider.PortTarget;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.testkit.PodWorks;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Connections through Session Manager; the simulated task's loopback is the host's. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class EcsPortTest {

  private static final byte[] HELLO = "hello\n".getBytes(StandardCharsets.UTF_8);

  private final SimulatedEcs ecs = new SimulatedEcs();
  private final Provider provider = ecs.provider(SimulatedEcs.NODE);
  private final PodAttempt attempt =
      new PodAttempt(new PodKey(UUID.randomUUID().toString(), "default", "ports"), 0);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @BeforeAll
  void start() throws ProviderException {
    provider.create(PodWorks.sleep(attempt));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                provider.list().stream()
                    .flatMap(w -> w.containers().stream())
                    .anyMatch(c -> c.state() instanceof ContainerState.Running));
  }

  @AfterAll
  void stop() {
    threads.shutdownNow();
    provider.close();
    ecs.close();
  }

  private static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 100, InetAddress.ofLiteral("127.0.0.1"));
  }

  private PortTarget ports() {
    return provider.ports().orElseThrow();
  }

  /** Sends back everything, and closes when a line has said so. */
  private Future<?> echo(ServerSocket server) {
    return threads.submit(
        () -> {
          while (true) {
            Socket socket = server.accept();
            var _ =
                threads.submit(
                    () -> {
                      try (socket) {
                        return socket.getInputStream().transferTo(socket.getOutputStream());
                      }
                    });
          }
        });
  }

  @Test
  void connectionCarriesBothDirections() throws Exception {
    byte[] sent = new byte[2 << 20];
    new Random(1).nextBytes(sent);
    try (ServerSocket server = listen()) {
      var _ = echo(server);
      try (PortConnection connection = ports().connect(attempt, server.getLocalPort())) {
        Future<?> writer =
            threads.submit(
                () -> {
                  connection.output().write(sent);
                  return null;
                });
        assertThat(connection.input().readNBytes(sent.length)).isEqualTo(sent);
        writer.get(60, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void endOfThePodIsHeardAfterItsLastByte() throws Exception {
    try (ServerSocket server = listen()) {
      var _ =
          threads.submit(
              () -> {
                try (Socket socket = server.accept()) {
                  byte[] asked = socket.getInputStream().readNBytes(HELLO.length);
                  socket.getOutputStream().write(asked);
                }
                return null;
              });
      try (PortConnection connection = ports().connect(attempt, server.getLocalPort())) {
        OutputStream out = connection.output();
        out.write(HELLO);
        out.close();
        assertThat(connection.input().readAllBytes()).isEqualTo(HELLO);
      }
    }
  }

  @Test
  void closingEndsThePodsConnection() throws Exception {
    try (ServerSocket server = listen()) {
      Future<Integer> heard =
          threads.submit(
              () -> {
                try (Socket socket = server.accept()) {
                  return socket.getInputStream().read();
                }
              });
      ports().connect(attempt, server.getLocalPort()).close();
      assertThat(heard.get(60, TimeUnit.SECONDS)).isEqualTo(-1);
    }
  }

  @Test
  void manyConnectionsShareOneSession() throws Exception {
    try (ServerSocket server = listen()) {
      var _ = echo(server);
      int before = ecs.simulator().journal().calls("ssm", "StartSession").size();
      List<Future<Boolean>> answers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        byte[] mine = ("number " + i + "\n").repeat(1000).getBytes(StandardCharsets.UTF_8);
        answers.add(
            threads.submit(
                () -> {
                  try (PortConnection connection = ports().connect(attempt, server.getLocalPort());
                      InputStream in = connection.input()) {
                    connection.output().write(mine);
                    return java.util.Arrays.equals(in.readNBytes(mine.length), mine);
                  }
                }));
      }
      for (Future<Boolean> answer : answers) {
        assertThat(answer.get(60, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(ecs.simulator().journal().calls("ssm", "StartSession")).hasSize(before + 1);
    }
  }

  @Test
  void portWhereNothingListensSaysWhich() throws Exception {
    int port;
    try (ServerSocket server = listen()) {
      port = server.getLocalPort();
    }
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () -> {
              // Where the refusal comes late, it comes with the first read.
              try (PortConnection connection = ports().connect(attempt, port)) {
                connection.input().read();
              }
            })
        .withMessageContaining(String.valueOf(port));
  }

  @Test
  void unknownPodIsNotFound() {
    PodAttempt unknown = new PodAttempt(new PodKey("unknown", "default", "unknown"), 0);
    assertThatExceptionOfType(ProviderException.NotFound.class)
        .isThrownBy(() -> ports().connect(unknown, 80));
  }
}
