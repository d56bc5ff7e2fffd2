package dev.outrigger.agent.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** exec over WebSocket, frame by frame. The expected answers are a real kubelet's. */
class WebSocketExecTest extends NodeTests {

  private static final Duration SOON = SpdyClient.SOON;
  private static final String V4 = "v4.channel.k8s.io";

  private final Commands commands = new Commands();

  @BeforeEach
  void start() {
    node.exec = commands;
  }

  private WebSocketClient exec(String query, String protocol) throws IOException {
    return WebSocketClient.open(node, "/exec/ns/p/c?" + query, protocol);
  }

  @ParameterizedTest
  @ValueSource(strings = {V4, "v4.base64.channel.k8s.io", "v5.channel.k8s.io"})
  void outputComesOnItsChannelsAndTheStatusOnTheErrorChannel(String protocol) throws Exception {
    try (WebSocketClient client = exec("output=1&error=1&command=both", protocol)) {
      assertThat(client.head()).contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=").contains(protocol);
      client.readAll();

      assertThat(client.text(1)).isEqualTo("out");
      assertThat(client.text(2)).isEqualTo("err");
      assertThat(client.text(3)).isEqualTo("{\"metadata\":{},\"status\":\"Success\"}");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "channel.k8s.io", "base64.channel.k8s.io"})
  void oldProtocolsAreToldOfFailuresInWords(String protocol) throws Exception {
    try (WebSocketClient client = exec("output=1&command=exit&command=3", protocol)) {
      client.readAll();

      assertThat(client.text(3)).endsWith("error executing command [exit 3], exit code 3");
    }
  }

  @Test
  void firstMessageSaysThatTheConnectionWorks() throws Exception {
    try (WebSocketClient client = exec("error=1&command=sleep", V4)) {
      assertThat(client.next()).isEqualTo(new byte[] {2});
    }
  }

  @Test
  void closeSignalOfV5EndsStdin() throws Exception {
    try (WebSocketClient client = exec("input=1&output=1&command=cat", "v5.channel.k8s.io")) {
      client.send(0, "words");
      client.frame(0x82, new byte[] {(byte) 255, 0});
      client.readAll();

      assertThat(client.text(1)).isEqualTo("words<end>");
      assertThat(client.text(3)).contains("Success");
    }
  }

  @Test
  void inputOfAnySizeAndCutArrivesUnchanged() throws Exception {
    byte[] large = new byte[3_000_001];
    new Random(7).nextBytes(large);
    try (WebSocketClient client = exec("input=1&output=1&command=cat", "v5.channel.k8s.io")) {
      Thread writer = Thread.startVirtualThread(() -> sendInParts(client, large));
      client.readAll();
      writer.join();

      byte[] got = client.bytes(1);
      assertThat(got).hasSize(large.length + "<end>".length()).startsWith(large);
    }
  }

  /** Half of it in one frame, the rest in a message of many small ones. */
  private static void sendInParts(WebSocketClient client, byte[] large) {
    try {
      int half = large.length / 2;
      client.send(0, java.util.Arrays.copyOf(large, half));
      client.frame(0x02, new byte[] {0});
      for (int at = half; at < large.length; at += 9973) {
        int end = Math.min(at + 9973, large.length);
        client.frame(
            end == large.length ? 0x80 : 0x00, java.util.Arrays.copyOfRange(large, at, end));
      }
      client.frame(0x82, new byte[] {(byte) 255, 0});
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void base64InputIsDecodedAcrossFrames() throws Exception {
    try (WebSocketClient client =
        exec("input=1&output=1&command=cat", "v4.base64.channel.k8s.io")) {
      byte[] text =
          ("0" + Base64.getEncoder().encodeToString("a few words".getBytes(StandardCharsets.UTF_8)))
              .getBytes(StandardCharsets.UTF_8);
      client.frame(0x01, java.util.Arrays.copyOf(text, 6));
      client.frame(0x80, java.util.Arrays.copyOfRange(text, 6, text.length));
      while (!client.text(1).equals("a few words")) {
        assertThat(client.next()).isNotNull();
      }
    }
  }

  @Test
  void pingIsAnsweredByItsContent() throws Exception {
    try (WebSocketClient client = exec("output=1&command=sleep", V4)) {
      client.next();
      client.frame(0x89, "here?".getBytes(StandardCharsets.UTF_8));

      assertThat(client.next()).isEqualTo("here?".getBytes(StandardCharsets.UTF_8));
      assertThat(client.last).isEqualTo(0x8a);
    }
  }

  @Test
  void framesWithoutContentAreTakenAtOnce() throws Exception {
    try (WebSocketClient client = exec("input=1&output=1&command=cat", V4)) {
      client.next();
      client.frame(0x89, new byte[0]);
      assertThat(client.next()).isEmpty();
      client.frame(0x02, new byte[] {0});
      client.frame(0x80, new byte[0]);
      client.send(0, "x");

      client.next();
      assertThat(client.text(1)).isEqualTo("x");
    }
  }

  @Test
  void closeFrameIsTheClientsEnd() throws Exception {
    try (WebSocketClient client = exec("output=1&command=sleep", V4)) {
      client.next();
      await().atMost(SOON).until(() -> commands.running.get() == 1);
      client.frame(0x88, new byte[] {3, (byte) 0xe8});

      await().atMost(SOON).until(() -> commands.interrupted.get() == 1);
    }
  }

  @Test
  void protocolThatIsNotSpokenIsRefused() throws Exception {
    try (UpgradedSocket refused =
        UpgradedSocket.webSocket(node, "/exec/ns/p/c?output=1&command=both", "v9.channel.k8s.io")) {
      assertThat(refused.status()).isEqualTo(403);
    }
  }
}
