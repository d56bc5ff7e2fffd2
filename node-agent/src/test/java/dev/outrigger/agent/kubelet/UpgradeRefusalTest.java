package dev.outrigger.agent.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.Facility;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What exec, attach, port-forward and run answer instead of an upgrade: a real kubelet's words. */
class UpgradeRefusalTest extends NodeTests {

  @BeforeEach
  void start() {
    node.exec = new Commands();
    node.attach = (attempt, container, streams) -> {};
    node.ports =
        (attempt, port) -> {
          throw new IOException("connection refused");
        };
    node.pods.add(TestNode.pod("done", TestNode.ended(), null, 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /exec/ns/p/c?command=true               | 400 | you must specify at least 1 of stdin, stdout, stderr
          /exec/ns/nopod/c?output=1               | 404 | pod does not exist
          /exec/ns/p/nope?output=1                | 500 | container not found ("nope")
          /exec/ns/done/c?output=1                | 500 | container not found ("c")
          /exec/ns/p/other-uid/c?output=1         | 500 | container not found ("c")
          /exec/ns/p/c?output=1                   | 500 | Upgrade request required
          /exec/ns/p/uid-p/c?output=1             | 500 | Upgrade request required
          /attach/ns/p/nope?output=1              | 500 | container nope not found in pod p_ns
          /attach/ns/done/c?output=1              | 500 | container c not found in pod done_ns
          /attach/ns/p/c?output=1                 | 500 | Upgrade request required
          /portForward/ns/nopod                   | 404 | pod does not exist
          /portForward/ns/p/other-uid             | 404 | pod not found
          /portForward/ns/done                    | 500 | pod not found ("done_ns")
          /portForward/ns/p                       | 500 | Upgrade request required
          /run/ns/p/nope?cmd=true                 | 500 | container not found ("nope")
          /run/ns/p/c?cmd=exit+3                  | 500 | command 'exit 3' exited with 3:
          /run/ns/p/c?cmd=both                    | 200 | outerr
          /run/ns/p/c?cmd=true+a%00b              | 400 | the command must not contain a NUL byte
          /exec/ns/p/c?output=1&command=a%00b     | 400 | the command must not contain a NUL byte
          /exec/ns/p                              | 404 | 404: Page Not Found
          """)
  void whatIsWrongIsSaidAsTheKubeletSaysIt(String path, int status, String text) throws Exception {
    var response = node.send("POST", path, "good", node.client(null));

    assertThat(response.body().strip()).isEqualTo(text);
    assertThat(response.statusCode()).isEqualTo(status);
  }

  @Test
  void protocolVersionIsRequired() throws Exception {
    try (UpgradedSocket refused =
        UpgradedSocket.open(
            node, "POST", "/exec/ns/p/c?output=1", "Connection: Upgrade", "Upgrade: SPDY/3.1")) {
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.body())
          .isEqualTo("unable to upgrade: X-Stream-Protocol-Version is required\n");
    }
  }

  @Test
  void protocolsThatAreSpokenAreNamedToAClientThatSpeaksNone() throws Exception {
    try (UpgradedSocket refused =
        UpgradedSocket.spdy(node, "/exec/ns/p/c?output=1", "v9.channel.k8s.io")) {
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.head()).contains("x-accepted-stream-protocol-versions: v4.channel.k8s.io");
      assertThat(refused.body())
          .startsWith(
              "unable to upgrade: unable to negotiate protocol: "
                  + "client supports [v9.channel.k8s.io], server accepts [");
    }
  }

  @Test
  void clientsOrderOfProtocolsDecides() throws Exception {
    try (UpgradedSocket upgraded =
        UpgradedSocket.spdy(
            node,
            "/exec/ns/p/c?output=1",
            "v9.channel.k8s.io, v3.channel.k8s.io,v4.channel.k8s.io")) {
      assertThat(upgraded.status()).isEqualTo(101);
      assertThat(upgraded.head()).contains("x-stream-protocol-version: v3.channel.k8s.io");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /exec/ns/p/c?output=1   | the tiny provider of node node-1 cannot run commands in containers
          /run/ns/p/c?cmd=true    | the tiny provider of node node-1 cannot run commands in containers
          /attach/ns/p/c?output=1 | the tiny provider of node node-1 cannot give access to the streams of running containers
          /portForward/ns/p       | the tiny provider of node node-1 cannot reach the ports of Pods, since it is too small; buy a bigger one
          """)
  void backendThatLacksAFacilityIsSaidToLackIt(String path, String text) throws Exception {
    node.exec = null;
    node.attach = null;
    node.ports = null;
    node.lacks = Map.of(Facility.PORTS, "it is too small: buy a bigger one");

    var response = node.send("POST", path, "good", node.client(null));

    assertThat(response.statusCode()).isEqualTo(501);
    assertThat(response.body()).isEqualTo(text);
  }
}
