package dev.outrigger.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.ExecOutcome;
import dev.outrigger.provider.ExecRequest;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.TerminalSize;
import dev.outrigger.provider.testkit.FakeClient;
import dev.outrigger.provider.testkit.PodWorks;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Commands through ECS Exec, on the simulator's real processes and terminals. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(240)
class EcsExecTest {

  private final SimulatedEcs ecs = new SimulatedEcs();
  private final Provider provider = ecs.provider(SimulatedEcs.NODE);
  private final PodAttempt attempt = attempt();
  private final String container = PodWorks.sleep(attempt).containers().getFirst().name();

  private static PodAttempt attempt() {
    return new PodAttempt(new PodKey(UUID.randomUUID().toString(), "default", "execs"), 0);
  }

  @BeforeAll
  void start() throws ProviderException {
    startAndAwait(provider, PodWorks.sleep(attempt));
  }

  private static void startAndAwait(Provider provider, PodWork work) throws ProviderException {
    provider.create(work);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                provider.list().stream()
                    .filter(w -> w.attempt().equals(work.attempt()))
                    .flatMap(w -> w.containers().stream())
                    .anyMatch(c -> c.state() instanceof ContainerState.Running));
  }

  @AfterAll
  void stop() {
    provider.close();
    ecs.close();
  }

  private ExecOutcome exec(FakeClient streams, String... command) throws Exception {
    return exec(streams, false, command);
  }

  private ExecOutcome exec(FakeClient streams, boolean terminal, String... command)
      throws Exception {
    return provider
        .exec()
        .orElseThrow()
        .exec(new ExecRequest(attempt, container, List.of(command), terminal), streams);
  }

  @Test
  void outputAndErrorComeApartWithTheExitCode() throws Exception {
    FakeClient streams = FakeClient.reading();
    ExecOutcome outcome = exec(streams, "sh", "-c", "echo out; echo err >&2; exit 7");
    assertThat(outcome).isEqualTo(new ExecOutcome.Exited(7));
    assertThat(streams.out()).isEqualTo("out\n");
    assertThat(streams.err()).isEqualTo("err\n");
  }

  @Test
  void exitCodesAreTheCommandsOwn() throws Exception {
    for (int code : new int[] {0, 1, 7, 126, 127, 137, 255}) {
      assertThat(exec(FakeClient.reading(), "sh", "-c", "exit " + code))
          .isEqualTo(new ExecOutcome.Exited(code));
    }
    assertThat(exec(FakeClient.reading(), "sh", "-c", "kill -KILL $$"))
        .isEqualTo(new ExecOutcome.Exited(137));
    assertThat(exec(FakeClient.reading(), "sh", "-c", "no-such-program"))
        .isEqualTo(new ExecOutcome.Exited(127));
  }

  @Test
  void programThatIsNotThereFailsByName() throws Exception {
    for (String program : List.of("no-such-program", "/etc", "/nowhere/nothing")) {
      assertThat(exec(FakeClient.reading(), program))
          .isInstanceOfSatisfying(
              ExecOutcome.Failed.class, f -> assertThat(f.message()).contains(program));
    }
  }

  @Test
  void argumentsArriveAsTheyWereGiven() throws Exception {
    List<String> words =
        List.of(
            "printf",
            "%s|",
            "",
            " a  b ",
            "'",
            "\"",
            "\\",
            "$HOME",
            "`id`",
            "*",
            "#x",
            "-n",
            "ä€\n\t",
            "'\\''",
            "~",
            "a;b&c|d>e");
    FakeClient streams = FakeClient.reading();
    assertThat(exec(streams, words.toArray(String[]::new))).isEqualTo(new ExecOutcome.Exited(0));
    assertThat(streams.out()).isEqualTo(String.join("|", words.subList(2, words.size())) + "|");
  }

  @Test
  void anyBytesPassBothWaysUnchanged() throws Exception {
    byte[] data = new byte[1_500_000];
    new Random(1).nextBytes(data);
    FakeClient streams = FakeClient.sending(data);
    assertThat(exec(streams, "cat")).isEqualTo(new ExecOutcome.Exited(0));
    assertThat(streams.outBytes()).isEqualTo(data);
    assertThat(streams.err()).isEmpty();
  }

  @Test
  void specialBytesAtEveryPlacePass() throws Exception {
    byte[] data = new byte[5000];
    byte[] special = {0, 3, 4, 22, 10, 13, 17, 19, 26, 28, 127, (byte) 255, 'x'};
    Random random = new Random(2);
    for (int i = 0; i < data.length; i++) {
      data[i] = special[random.nextInt(special.length)];
    }
    FakeClient streams = FakeClient.sending(data);
    assertThat(exec(streams, "sh", "-c", "cat >&2; echo done"))
        .isEqualTo(new ExecOutcome.Exited(0));
    assertThat(streams.errBytes()).isEqualTo(data);
    assertThat(streams.out()).isEqualTo("done\n");
  }

  @Test
  void whatIsTypedIsAnsweredBeforeTheInputEnds() throws Exception {
    try (PipedOutputStream keys = new PipedOutputStream();
        PipedInputStream stdin = new PipedInputStream(keys)) {
      FakeClient streams = FakeClient.sending(stdin);
      CompletableFuture<ExecOutcome> outcome = inBackground(streams, false, "cat");
      keys.write("no newline".getBytes(StandardCharsets.UTF_8));
      keys.flush();
      await().atMost(Duration.ofSeconds(60)).until(() -> streams.out().equals("no newline"));
      assertThat(outcome).isNotDone();
      keys.close();
      assertThat(outcome.get(60, TimeUnit.SECONDS)).isEqualTo(new ExecOutcome.Exited(0));
    }
  }

  private CompletableFuture<ExecOutcome> inBackground(
      FakeClient streams, boolean terminal, String... command) {
    CompletableFuture<ExecOutcome> outcome = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                outcome.complete(exec(streams, terminal, command));
              } catch (Exception e) {
                outcome.completeExceptionally(e);
              }
            });
    return outcome;
  }

  @Test
  void commandThatReadsNothingEndsThoughTheInputDoesNot() throws Exception {
    try (PipedOutputStream keys = new PipedOutputStream();
        PipedInputStream stdin = new PipedInputStream(keys)) {
      assertThat(exec(FakeClient.sending(stdin), "sh", "-c", "exit 3"))
          .isEqualTo(new ExecOutcome.Exited(3));
    }
  }

  @Test
  void terminalHasTheClientsSizeAndItsExitCode() throws Exception {
    try (PipedOutputStream keys = new PipedOutputStream();
        PipedInputStream stdin = new PipedInputStream(keys)) {
      FakeClient streams = FakeClient.terminal(stdin, new TerminalSize(101, 33));
      CompletableFuture<ExecOutcome> outcome =
          inBackground(
              streams,
              true,
              "sh",
              "-c",
              "tty -s && echo terminal; while ! stty size | grep '33 101'; do sleep 0.1; done;"
                  + " read line; echo \"got $line\"; while ! stty size | grep '40 120'; do sleep"
                  + " 0.1; done; exit 5");
      await().atMost(Duration.ofSeconds(60)).until(() -> streams.out().contains("33 101"));
      keys.write("hello\r".getBytes(StandardCharsets.UTF_8));
      keys.flush();
      await().atMost(Duration.ofSeconds(60)).until(() -> streams.out().contains("got hello"));
      streams.resize(new TerminalSize(120, 40));
      assertThat(outcome.get(60, TimeUnit.SECONDS)).isEqualTo(new ExecOutcome.Exited(5));
      assertThat(streams.out()).startsWith("terminal\r\n").endsWith("40 120\r\n");
    }
  }

  @Test
  void interruptKeyEndsTheCommandAndNotItsExitCode() throws Exception {
    try (PipedOutputStream keys = new PipedOutputStream();
        PipedInputStream stdin = new PipedInputStream(keys)) {
      FakeClient streams = FakeClient.terminal(stdin, new TerminalSize(80, 24));
      CompletableFuture<ExecOutcome> outcome =
          inBackground(streams, true, "sh", "-c", "echo ready; exec sleep 600");
      await().atMost(Duration.ofSeconds(60)).until(() -> streams.out().contains("ready"));
      keys.write(3);
      keys.flush();
      assertThat(outcome.get(60, TimeUnit.SECONDS)).isEqualTo(new ExecOutcome.Exited(130));
    }
  }

  @Test
  void lostConnectionLosesNothing() throws Exception {
    FakeClient streams = FakeClient.reading();
    CompletableFuture<ExecOutcome> outcome =
        inBackground(
            streams, false, "sh", "-c", "for i in 1 2 3 4 5 6 7 8; do seq 3000; sleep 0.2; done");
    for (int i = 1; i <= 3; i++) {
      int size = streams.outBytes().length;
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> streams.outBytes().length > size || outcome.isDone());
      ecs.simulator().sessions().cutConnections();
    }
    assertThat(outcome.get(60, TimeUnit.SECONDS)).isEqualTo(new ExecOutcome.Exited(0));
    assertThat(streams.out().lines().count()).isEqualTo(8 * 3000);
  }

  @Test
  void commandEndsWhenTheClientGoes() throws Exception {
    FakeClient streams = FakeClient.reading();
    int before = ecs.simulator().sessions().running();
    Thread client =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    var _ = exec(streams, "sh", "-c", "echo ready; exec sleep 600");
                  } catch (Exception e) {
                    Thread.currentThread().interrupt();
                  }
                });
    await().atMost(Duration.ofSeconds(60)).until(() -> streams.out().contains("ready"));
    client.interrupt();
    assertThat(client.join(Duration.ofSeconds(60))).isTrue();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> ecs.simulator().sessions().running() <= before);
  }

  @Test
  void unknownContainerIsNotFound() {
    assertThatExceptionOfType(ProviderException.NotFound.class)
        .isThrownBy(
            () ->
                provider
                    .exec()
                    .orElseThrow()
                    .exec(
                        new ExecRequest(attempt, "none", List.of("true"), false),
                        FakeClient.reading()));
  }
}
