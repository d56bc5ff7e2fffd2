package dev.outrigger.agent.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** port-forward, frame by frame. */
class PortForwardTest extends NodeTests {

  private static final Duration SOON = SpdyClient.SOON;

  private EchoPort echo;

  @BeforeEach
  void start() throws IOException {
    echo = new EchoPort();
    node.ports = echo;
  }

  @AfterEach
  void stop() throws IOException {
    echo.close();
  }

  private SpdyClient forward() throws IOException {
    return SpdyClient.open(node, "/portForward/ns/p", "portforward.k8s.io");
  }

  private static int stream(SpdyClient client, String type, int port, int request) {
    return client.stream(
        type, "port", Integer.toString(port), "requestid", Integer.toString(request));
  }

  @Test
  void directionsOfAConnectionEndOneByOne() throws Exception {
    try (SpdyClient client = forward()) {
      int error = stream(client, "error", EchoPort.PORT, 0);
      client.data(error, "", true);
      int data = stream(client, "data", EchoPort.PORT, 0);
      client.data(data, "a few words", false);
      await().atMost(SOON).until(() -> client.text(data).equals("a few words"));
      client.data(data, "", true);

      assertThat(client.all(data)).isEqualTo("a few words<end>");
      assertThat(client.all(error)).isEmpty();
      assertThat(client.isClosed()).isFalse();
    }
  }

  @Test
  void manyConnectionsAreCarriedAtOnceAndOneAfterTheOther() throws Exception {
    try (SpdyClient client = forward()) {
      for (int round = 0; round < 8; round++) {
        List<Integer> streams = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
          int error = stream(client, "error", EchoPort.PORT, round * 100 + i);
          client.data(error, "", true);
          streams.add(stream(client, "data", EchoPort.PORT, round * 100 + i));
        }
        for (int data : streams) {
          client.data(data, "request " + data, true);
        }
        for (int data : streams) {
          assertThat(client.all(data)).isEqualTo("request " + data + "<end>");
        }
      }
      await().atMost(SOON).until(() -> echo.open.get() == 0);
    }
  }

  @Test
  void closedPortIsToldOnTheErrorStream() throws Exception {
    try (SpdyClient client = forward()) {
      int error = stream(client, "error", 9, 0);
      int data = stream(client, "data", 9, 0);

      assertThat(client.all(error))
          .isEqualTo("error forwarding port 9 to pod p, uid uid-p: connection refused");
      await().atMost(SOON).until(() -> client.isReset(data) || client.isEnded(data));
    }
  }

  @Test
  void resetStreamClosesItsConnection() throws Exception {
    try (SpdyClient client = forward()) {
      stream(client, "error", EchoPort.PORT, 0);
      int data = stream(client, "data", EchoPort.PORT, 0);
      await().atMost(SOON).until(() -> echo.open.get() == 1);
      client.reset(data);

      await().atMost(SOON).until(() -> echo.open.get() == 0);
      assertThat(client.isClosed()).isFalse();
    }
  }

  @Test
  void clientThatGoesClosesAllItsConnections() throws Exception {
    SpdyClient client = forward();
    for (int i = 0; i < 5; i++) {
      stream(client, "error", EchoPort.PORT, i);
      stream(client, "data", EchoPort.PORT, i);
    }
    await().atMost(SOON).until(() -> echo.open.get() == 5);
    client.close();

    await().atMost(SOON).until(() -> echo.open.get() == 0);
  }

  @Test
  void streamsOfOldClientsBelongTogetherByTheirNumbers() throws Exception {
    try (SpdyClient client = forward()) {
      client.stream("error", "port", "80");
      int data = client.stream("data", "port", "80");
      client.data(data, "x", true);

      assertThat(client.all(data)).isEqualTo("x<end>");
    }
  }

  @Test
  void streamsWithoutAPortOrOfAnotherTypeAreRefused() throws Exception {
    try (SpdyClient client = forward()) {
      assertThat(client.isReset(client.stream("data"))).isTrue();
      assertThat(client.isReset(client.stream("data", "port", "0"))).isTrue();
      assertThat(client.isReset(client.stream("data", "port", "65536"))).isTrue();
      assertThat(client.isReset(client.stream("stdin", "port", "80"))).isTrue();
      assertThat(client.replied(client.stream("data", "port", "80"))).isTrue();
    }
  }

  @Test
  void moreStreamsThanAConnectionMayHaveAreRefused() throws Exception {
    int limit = ServerLimits.defaults().streams().streams();
    try (SpdyClient client = forward()) {
      for (int i = 0; i < limit; i++) {
        client.openStream("data", "port", "80", "requestid", "r" + i);
      }
      assertThat(client.isReset(client.stream("data", "port", "80"))).isTrue();
      assertThat(client.isClosed()).isFalse();
    }
  }

  @Test
  void webSocketCarriesThePortsOfItsRequest() throws Exception {
    try (WebSocketClient client =
        WebSocketClient.open(node, "/portForward/ns/p?port=80&port=9", "v4.channel.k8s.io")) {
      client.send(0, "words");
      while (!client.text(0).endsWith("words") || client.bytes(3).length <= 2) {
        assertThat(client.next()).isNotNull();
      }
      assertThat(client.bytes(0)).startsWith(80, 0);
      assertThat(client.bytes(1)).containsExactly(80, 0);
      assertThat(new String(client.bytes(3), 2, client.bytes(3).length - 2, StandardCharsets.UTF_8))
          .isEqualTo("error forwarding port 9 to pod p, uid uid-p: connection refused");
    }
    await().atMost(SOON).until(() -> echo.open.get() == 0);
  }

  @Test
  void webSocketMustNameItsPorts() throws Exception {
    for (String query : List.of("", "?port=", "?port=0", "?port=80,65536", "?port=-1")) {
      try (UpgradedSocket refused =
          UpgradedSocket.webSocket(node, "/portForward/ns/p" + query, "v4.channel.k8s.io")) {
        assertThat(refused.status()).as(query).isEqualTo(400);
      }
    }
  }
}
