package dev.outrigger.provider.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outrigger.provider.AttachTarget;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.PortConnection;
import dev.outrigger.provider.PortTarget;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What {@link AttachTarget} and {@link PortTarget} promise. Skipped by providers without them. */
abstract class StreamContract extends ExecContract {

  private static final int BIG = 4 << 20;

  /** Answers each line it reads. */
  private static final String ANSWERING =
      "while read -r line; do echo \"got $line\"; done; echo over";

  /**
   * A port in this running Pod ({@link #sleep}) at which everything is sent back, and whose answer
   * ends when the input has ended; empty when there is none.
   */
  protected OptionalInt echoPort(PodAttempt running) throws Exception {
    return OptionalInt.empty();
  }

  /** A port at which nothing listens in this running Pod. */
  protected int deafPort(PodAttempt running) throws Exception {
    return 1;
  }

  @Test
  void attachCarriesOutputUntilTheContainerHasEnded() throws Exception {
    Provider provider = open();
    AttachTarget target = attachOf(provider);
    PodAttempt attempt = attempt("attached");
    String script = "while :; do echo tick; sleep 0.1; done";
    start(provider, PodWorks.shell(attempt, script));
    FakeClient client = FakeClient.reading();

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> attached = attach(threads, target, attempt, client);
      await().atMost(patience()).until(() -> client.out().endsWith("tick\ntick\n"));
      provider.delete(attempt.key(), java.time.Duration.ZERO);
      attached.get(patience().toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  @Test
  void aContainersInputOutlivesTheClientsThatUseIt() throws Exception {
    Provider provider = open();
    AttachTarget target = attachOf(provider);
    PodAttempt attempt = attempt("input");
    start(provider, PodWorks.withStdin(PodWorks.shell(attempt, ANSWERING), false));

    for (String word : new String[] {"one", "two"}) {
      try (PipedOutputStream keyboard = new PipedOutputStream();
          var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        FakeClient client = FakeClient.sending(new PipedInputStream(keyboard));
        Future<?> attached = attach(threads, target, attempt, client);
        keyboard.write((word + "\n").getBytes(StandardCharsets.UTF_8));
        keyboard.flush();
        await().atMost(patience()).until(() -> client.out().contains("got " + word + "\n"));
        keyboard.close();
        attached.cancel(true);
      }
    }
    assertThat(isRunning(find(provider, attempt).orElseThrow())).isTrue();
  }

  @Test
  void anInputForOneClientEndsWithIt() throws Exception {
    Provider provider = open();
    AttachTarget target = attachOf(provider);
    PodAttempt attempt = attempt("once");
    start(provider, PodWorks.withStdin(PodWorks.shell(attempt, ANSWERING), true));
    var input = new ByteArrayInputStream("one\n".getBytes(StandardCharsets.UTF_8));
    FakeClient client = FakeClient.sending(input);

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      attach(threads, target, attempt, client).get(patience().toMillis(), TimeUnit.MILLISECONDS);
    }

    assertThat(client.out()).isEqualTo("got one\nover\n");
    assertThat(awaitTerminated(provider, attempt).exitCode()).isEqualTo(reportedExitCode(0));
  }

  @Test
  void attachToAContainerThatDoesNotRunIsNotFound() throws Exception {
    Provider provider = open();
    AttachTarget target = attachOf(provider);
    PodAttempt unknown = attempt("unknown");

    assertThatThrownBy(() -> target.attach(unknown, PodWorks.CONTAINER, FakeClient.reading()))
        .isInstanceOf(ProviderException.NotFound.class);
  }

  @Test
  void aPortCarriesBothDirectionsAndTheirEndsOneByOne() throws Exception {
    Provider provider = open();
    PortTarget target = portsOf(provider);
    PodAttempt attempt = attempt("echo");
    start(provider, sleep(attempt));
    OptionalInt port = echoPort(attempt);
    assumeTrue(port.isPresent(), "nothing here sends back what it gets");
    byte[] sent = new byte[BIG];
    new Random(1).nextBytes(sent);

    try (PortConnection connection = target.connect(attempt, port.getAsInt());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> writer =
          threads.submit(
              () -> {
                connection.output().write(sent);
                connection.output().close();
                return null;
              });
      byte[] received = connection.input().readAllBytes();
      writer.get(patience().toMillis(), TimeUnit.MILLISECONDS);
      assertThat(Arrays.equals(received, sent)).isTrue();
    }
  }

  @Test
  void aPortWhereNothingListensSaysWhich() throws Exception {
    Provider provider = open();
    PortTarget target = portsOf(provider);
    PodAttempt attempt = attempt("deaf");
    start(provider, sleep(attempt));
    int port = deafPort(attempt);

    assertThatThrownBy(() -> target.connect(attempt, port))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(Integer.toString(port));
    assertThatThrownBy(() -> target.connect(attempt("unknown"), port))
        .isInstanceOf(ProviderException.NotFound.class);
  }

  private void start(Provider provider, PodWork work) throws ProviderException {
    provider.create(work);
    awaitRunning(provider, work.attempt());
  }

  private static Future<?> attach(
      ExecutorService threads, AttachTarget target, PodAttempt attempt, FakeClient client) {
    return threads.submit(
        () -> {
          target.attach(attempt, PodWorks.CONTAINER, client);
          return null;
        });
  }

  private static AttachTarget attachOf(Provider provider) {
    assumeTrue(provider.attach().isPresent(), "the backend gives no streams of its containers");
    return provider.attach().orElseThrow();
  }

  private static PortTarget portsOf(Provider provider) {
    assumeTrue(provider.ports().isPresent(), "the backend gives no way to ports");
    return provider.ports().orElseThrow();
  }
}
