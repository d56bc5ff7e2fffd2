package dev.outrigger.agent.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Malformed frames on real connections, in the middle of a command: that connection ends, its
 * command is interrupted, and the server goes on. The generated ones are in MalformedFramesTest.
 */
class MalformedConnectionsTest extends NodeTests {

  private static final Duration SOON = SpdyClient.SOON;

  private final Commands commands = new Commands();

  @BeforeEach
  void start() {
    node.exec = commands;
  }

  @AfterEach
  void theServerStillAnswers() throws Exception {
    await().atMost(SOON).until(() -> commands.interrupted.get() == 1);
    await().atMost(SOON).until(() -> commands.running.get() == 0);
    try (SpdyClient client =
        SpdyClient.open(node, "/exec/ns/p/c?output=1&command=both", "v4.channel.k8s.io")) {
      client.stream("error");
      assertThat(client.all(client.stream("stdout"))).isEqualTo("out");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80020001 0000000c", // another version
        "00000000 00000001 ff", // data of stream 0
        "80030001 00000004 00000007", // SYN_STREAM too short
        "80030001 0000000a 00000002 00000000 0000", // a stream of an even number
        "80030001 0000000a 00000001 00000000 0000", // a stream that is open
        "80030001 0000000e 00000063 00000000 0000 ffffffff", // headers that no zlib reads
        "80030003 ff000008 00000001 00000001", // RST_STREAM with flags
        "80030004 0000000c 00000041 00000000 00000000", // SETTINGS of another length
        "80030006 00000005 00000001 00", // PING too long
        "16030100 a5010000 a10303aa", // TLS within TLS
      })
  void spdyConnectionEnds(String hex) throws Exception {
    try (SpdyClient client =
        SpdyClient.open(node, "/exec/ns/p/c?output=1&command=sleep", "v4.channel.k8s.io")) {
      client.stream("error");
      client.stream("stdout");
      await().atMost(SOON).until(() -> commands.running.get() == 1);

      client.raw(HexFormat.of().parseHex(hex.replace(" ", "")));

      if (!hex.startsWith("16")) { // which looks like data of a stream that is long gone
        client.awaitClose();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8201 00", // not masked
        "c281 00000000 00", // an extension
        "8381 00000000 00", // an opcode that is none
        "0981 00000000 00", // a ping in parts
        "88fe 0080 00000000", // a close frame too long
        "8081 00000000 00", // a continuation of nothing
        "82fe 0005 00000000", // a length that is not the shortest
        "82ff ffffffffffffffff 00000000", // a negative length
        "8281 00000000 ff", // a close signal for no channel
        "8283 00000000 ff0909", // a close signal for two
      })
  void webSocketConnectionEnds(String hex) throws Exception {
    try (WebSocketClient client =
        WebSocketClient.open(node, "/exec/ns/p/c?output=1&command=sleep", "v5.channel.k8s.io")) {
      client.next();
      await().atMost(SOON).until(() -> commands.running.get() == 1);

      client.raw(HexFormat.of().parseHex(hex.replace(" ", "")));

      assertThat(client.next()).isNull();
    }
  }

  @Test
  void textThatIsNotBase64EndsItsConnection() throws Exception {
    try (WebSocketClient client =
        WebSocketClient.open(
            node, "/exec/ns/p/c?input=1&output=1&command=sleep", "v4.base64.channel.k8s.io")) {
      client.next();
      await().atMost(SOON).until(() -> commands.running.get() == 1);

      client.frame(0x81, new byte[] {'0', '*', '*', '*', '*'});

      assertThat(client.next()).isNull();
    }
  }
}
