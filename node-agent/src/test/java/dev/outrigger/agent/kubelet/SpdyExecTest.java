package dev.outrigger.agent.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** exec over SPDY/3.1, frame by frame. The expected answers are a real kubelet's. */
class SpdyExecTest extends NodeTests {

  private static final Duration SOON = SpdyClient.SOON;
  private static final String OUTPUT = "/exec/ns/p/c?output=1&error=1&command=";

  private final Commands commands = new Commands();

  @BeforeEach
  void start() {
    node.exec = commands;
  }

  private SpdyClient exec(String path) throws IOException {
    return SpdyClient.open(node, path, "v4.channel.k8s.io");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v5.channel.k8s.io", "v4.channel.k8s.io"})
  void outputComesOnItsStreamsAndSuccessOnTheErrorStream(String protocol) throws Exception {
    try (SpdyClient client = SpdyClient.open(node, OUTPUT + "both", protocol)) {
      int error = client.stream("error");
      int stdout = client.stream("stdout");
      int stderr = client.stream("stderr");

      assertThat(client.all(stdout)).isEqualTo("out");
      assertThat(client.all(stderr)).isEqualTo("err");
      assertThat(client.all(error)).isEqualTo("{\"metadata\":{},\"status\":\"Success\"}");
      client.awaitClose();
      assertThat(client.isGoneAway()).isTrue();
    }
    assertThat(commands.requests.getFirst().attempt().key().uid()).isEqualTo("uid-p");
  }

  @Test
  void exitCodeIsACauseOfTheStatus() throws Exception {
    try (SpdyClient client = exec("/exec/ns/p/c?output=1&command=exit&command=137")) {
      int error = client.stream("error");
      client.stream("stdout");

      assertThat(client.all(error))
          .isEqualTo(
              "{\"metadata\":{},\"status\":\"Failure\",\"message\":\"command terminated with"
                  + " non-zero exit code: error executing command [exit 137], exit code 137\","
                  + "\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":[{\"reason\":"
                  + "\"ExitCode\",\"message\":\"137\"}]}}");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing", "gone", "cut", "broken"})
  void whatCouldNotRunIsAnInternalError(String command) throws Exception {
    try (SpdyClient client = exec("/exec/ns/p/c?output=1&command=" + command)) {
      int error = client.stream("error");
      client.stream("stdout");

      assertThat(client.all(error))
          .contains("\"message\":\"Internal error occurred: error executing command in container: ")
          .endsWith("\"code\":500}");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"channel.k8s.io", "v2.channel.k8s.io", "v3.channel.k8s.io"})
  void oldProtocolsAreToldOfFailuresInWords(String protocol) throws Exception {
    String path = "/exec/ns/p/c?output=1&command=exit&command=";
    try (SpdyClient client = SpdyClient.open(node, path + 3, protocol)) {
      int error = client.stream("error");
      client.stream("stdout");
      assertThat(client.all(error))
          .isEqualTo(
              "command terminated with non-zero exit code: "
                  + "error executing command [exit 3], exit code 3");
    }
    try (SpdyClient client = SpdyClient.open(node, path + 0, protocol)) {
      int error = client.stream("error");
      client.stream("stdout");
      assertThat(client.all(error)).isEmpty();
    }
  }

  @Test
  void endOfStdinIsNotTheEndOfTheCommand() throws Exception {
    try (SpdyClient client = exec("/exec/ns/p/c?input=1&output=1&command=cat")) {
      int error = client.stream("error");
      int stdin = client.stream("stdin");
      int stdout = client.stream("stdout");
      client.data(stdin, "a few ", false);
      client.data(stdin, "words", true);

      assertThat(client.all(stdout)).isEqualTo("a few words<end>");
      assertThat(client.all(error)).contains("Success");
    }
  }

  @Test
  void terminalHasOneOutputAndTheSizesOfTheClients() throws Exception {
    try (SpdyClient client = exec("/exec/ns/p/c?input=1&output=1&error=1&tty=1&command=cat")) {
      client.stream("error");
      int stdin = client.stream("stdin");
      int stdout = client.stream("stdout");
      int resize = client.stream("resize");
      client.data(resize, "{\"Width\":80,\"Height\":24}\n{\"Width\":1", false);
      client.data(resize, "32,\"Height\":43}\n", false);
      await().atMost(SOON).until(() -> commands.sizes.contains("132x43"));
      client.data(stdin, "x", true);

      assertThat(client.all(stdout)).isEqualTo("x<end>");
    }
    assertThat(commands.requests.getFirst().terminal()).isTrue();
    assertThat(commands.sizes).endsWith("132x43");
  }

  @Test
  void unreadableSizesEndTheResizingAndNoMore() throws Exception {
    try (SpdyClient client = exec("/exec/ns/p/c?input=1&output=1&tty=1&command=cat")) {
      client.stream("error");
      int stdin = client.stream("stdin");
      int stdout = client.stream("stdout");
      int resize = client.stream("resize");
      client.data(resize, "{\"Width\":-1,\"Height\":24}{\"Width\":80,\"Height\":24}", false);
      client.data(stdin, "x", true);

      assertThat(client.all(stdout)).isEqualTo("x<end>");
    }
    assertThat(commands.sizes).isEmpty();
  }

  @Test
  void pingsAreAnswered() throws Exception {
    try (SpdyClient client = exec("/exec/ns/p/c?output=1&command=sleep")) {
      client.stream("error");
      client.stream("stdout");
      client.ping(7);

      await().atMost(SOON).until(() -> client.ponged(7));
    }
  }

  @Test
  void streamsThatNobodyAskedForAreRefused() throws Exception {
    try (SpdyClient client = exec("/exec/ns/p/c?output=1&command=both")) {
      assertThat(client.isReset(client.stream("stdin"))).isTrue();
      assertThat(client.isReset(client.stream("nonsense"))).isTrue();
      client.stream("error");
      assertThat(client.isReset(client.stream("error"))).isTrue();
      assertThat(client.all(client.stream("stdout"))).isEqualTo("out");
    }
  }

  @Test
  void clientThatGoesInterruptsItsCommand() throws Exception {
    SpdyClient client = exec("/exec/ns/p/c?output=1&command=sleep");
    client.stream("error");
    client.stream("stdout");
    await().atMost(SOON).until(() -> commands.running.get() == 1);
    client.close();

    await().atMost(SOON).until(() -> commands.interrupted.get() == 1);
  }

  @Test
  void goAwayIsTheClientsEnd() throws Exception {
    try (SpdyClient client = exec("/exec/ns/p/c?output=1&command=sleep")) {
      client.stream("error");
      client.stream("stdout");
      await().atMost(SOON).until(() -> commands.running.get() == 1);
      client.goAway();

      await().atMost(SOON).until(() -> commands.interrupted.get() == 1);
      client.awaitClose();
    }
  }

  @Test
  void closingServerEndsItsSessions() throws Exception {
    try (SpdyClient client = exec("/exec/ns/p/c?output=1&command=sleep")) {
      client.stream("error");
      client.stream("stdout");
      await().atMost(SOON).until(() -> commands.running.get() == 1);
      node.server.close();

      await().atMost(SOON).until(() -> commands.interrupted.get() == 1);
      client.awaitClose();
    }
  }
}
