package dev.outrigger.agent.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.AttachTarget;
import dev.outrigger.provider.ContainerStreams;
import dev.outrigger.provider.PodAttempt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** attach over SPDY/3.1; when it ends was seen on a real kubelet. */
class AttachTest extends NodeTests {

  private final AtomicInteger interrupted = new AtomicInteger();
  private final AtomicInteger inputsEnded = new AtomicInteger();

  @BeforeEach
  void start() {
    node.attach = new Container();
  }

  /** Says hello, echoes what it is told, and lives on. */
  private final class Container implements AttachTarget {

    @Override
    public void attach(PodAttempt attempt, String container, ContainerStreams streams)
        throws IOException, InterruptedException {
      var stdout = streams.stdout().orElseThrow();
      stdout.write("hello ".getBytes(StandardCharsets.UTF_8));
      streams.stdin().ifPresent(in -> Thread.startVirtualThread(() -> pump(in, stdout)));
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        interrupted.incrementAndGet();
        throw e;
      }
    }

    private void pump(java.io.InputStream in, java.io.OutputStream out) {
      try {
        in.transferTo(out);
        inputsEnded.incrementAndGet();
      } catch (IOException e) {
        // The client has gone.
      }
    }
  }

  private SpdyClient attach(String query) throws IOException {
    return SpdyClient.open(node, "/attach/ns/p/c?" + query, "v4.channel.k8s.io");
  }

  @Test
  void outputIsCarriedUntilTheClientGoes() throws Exception {
    SpdyClient client = attach("output=1");
    client.stream("error");
    int stdout = client.stream("stdout");
    await().atMost(SpdyClient.SOON).until(() -> client.text(stdout).equals("hello "));
    client.close();

    await().atMost(SpdyClient.SOON).until(() -> interrupted.get() == 1);
  }

  @Test
  void endOfTheClientsInputEndsTheAttach() throws Exception {
    try (SpdyClient client = attach("input=1&output=1")) {
      int error = client.stream("error");
      int stdin = client.stream("stdin");
      int stdout = client.stream("stdout");
      client.data(stdin, "words", false);
      await().atMost(SpdyClient.SOON).until(() -> client.text(stdout).equals("hello words"));
      client.data(stdin, "", true);

      assertThat(client.all(error)).isEqualTo("{\"metadata\":{},\"status\":\"Success\"}");
      client.awaitClose();
    }
  }

  @Test
  void endOfTheInputOfAContainerThatReadsOnceDoesNot() throws Exception {
    node.pods.getFirst().getSpec().getContainers().getFirst().setStdinOnce(true);
    try (SpdyClient client = attach("input=1&output=1")) {
      client.stream("error");
      int stdin = client.stream("stdin");
      int stdout = client.stream("stdout");
      client.data(stdin, "words", true);

      await().atMost(SpdyClient.SOON).until(() -> inputsEnded.get() == 1);
      assertThat(client.text(stdout)).isEqualTo("hello words");
      assertThat(interrupted).hasValue(0);
    }
  }
}
