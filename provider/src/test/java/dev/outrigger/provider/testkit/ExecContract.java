package dev.outrigger.provider.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outrigger.provider.ContainerStreams;
import dev.outrigger.provider.ExecOutcome;
import dev.outrigger.provider.ExecRequest;
import dev.outrigger.provider.ExecTarget;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.TerminalSize;
import dev.outrigger.provider.Workload;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import org.junit.jupiter.api.Test;

/** What {@link ExecTarget} promises. Skipped by providers that run no commands. */
abstract class ExecContract extends LogContract {

  private static final int BIG = 5 << 20;
  private static final int AT_ONCE = 20;

  @Test
  void execAnswersTheExitCodeOfItsCommand() throws Exception {
    Running running = running();

    assertThat(running.sh("exit 0", FakeClient.reading())).isEqualTo(new ExecOutcome.Exited(0));
    assertThat(running.sh("exit 7", FakeClient.reading())).isEqualTo(new ExecOutcome.Exited(7));
    assertThat(running.sh("/nowhere/nothing", FakeClient.reading()))
        .isEqualTo(new ExecOutcome.Exited(127));
    assertThat(running.sh("/etc", FakeClient.reading())).isEqualTo(new ExecOutcome.Exited(126));
    assertThat(running.sh("kill -KILL $$", FakeClient.reading()))
        .isEqualTo(new ExecOutcome.Exited(137));
  }

  @Test
  void execOfAProgramThatCannotBeStartedFailsAndNamesIt() throws Exception {
    Running running = running();

    ExecOutcome outcome = running.exec(FakeClient.reading(), "no-such-program");

    assertThat(outcome)
        .isInstanceOfSatisfying(
            ExecOutcome.Failed.class, f -> assertThat(f.message()).contains("no-such-program"));
  }

  @Test
  void execKeepsItsTwoOutputsApart() throws Exception {
    FakeClient client = FakeClient.reading();

    running().sh("echo good; echo bad >&2; printf end", client);

    assertThat(client.out()).isEqualTo("good\nend");
    assertThat(client.err()).isEqualTo("bad\n");
  }

  @Test
  void execArgumentsAreNotReadByAShell() throws Exception {
    FakeClient client = FakeClient.reading();

    running().exec(client, "printf", "%s|", "a b", "$HOME", "", "it's \"*\" \\ \n");

    assertThat(client.out()).isEqualTo("a b|$HOME||it's \"*\" \\ \n|");
  }

  @Test
  void theEndOfTheClientsInputIsTheCommandsEndOfInputAndNoMore() throws Exception {
    var input = new ByteArrayInputStream("one\ntwo\n".getBytes(StandardCharsets.UTF_8));
    FakeClient client = FakeClient.sending(input);

    ExecOutcome outcome = running().sh("cat; echo after; exit 3", client);

    assertThat(client.out()).isEqualTo("one\ntwo\nafter\n");
    assertThat(outcome).isEqualTo(new ExecOutcome.Exited(3));
  }

  @Test
  void aCommandThatReadsNothingEndsThoughTheClientCouldSendMore() throws Exception {
    try (PipedOutputStream open = new PipedOutputStream()) {
      FakeClient client = FakeClient.sending(new PipedInputStream(open));

      assertThat(running().sh("exit 5", client)).isEqualTo(new ExecOutcome.Exited(5));
    }
  }

  @Test
  void aBigOutputArrivesWholeAtASlowReaderWhichHoldsTheCommandBack() throws Exception {
    Running running = running();
    SlowReader reader = new SlowReader();
    FakeClient client = FakeClient.readingInto(reader);
    String script = "seq 1 2500000 | head -c " + BIG + "; echo written >&2";

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<ExecOutcome> slow = threads.submit(() -> running.sh(script, client));
      try {
        assertThat(reader.begun.await(patience().toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        // As long as several other commands take, this one cannot have written all of it.
        for (int i = 0; i < 3; i++) {
          running.sh("seq 1 100000 | wc -l", FakeClient.reading());
        }
        assertThat(client.err()).isEmpty();
      } finally {
        reader.goOn.countDown();
      }
      assertThat(slow.get(patience().toMillis() * 3, TimeUnit.MILLISECONDS))
          .isEqualTo(new ExecOutcome.Exited(0));
    }

    assertThat(reader.length.get()).isEqualTo(BIG);
    assertThat(reader.crc.getValue()).isEqualTo(SlowReader.crcOfNumbers(BIG));
  }

  @Test
  void aBigInputArrivesWhole() throws Exception {
    FakeClient client = FakeClient.sending(new ByteArrayInputStream(new byte[BIG]));

    running().sh("wc -c", client);

    assertThat(client.out().strip()).isEqualTo(Integer.toString(BIG));
  }

  @Test
  void aClientThatGoesEndsItsCommand() throws Exception {
    Running running = running();
    FakeClient client = FakeClient.reading();

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<ExecOutcome> exec =
          threads.submit(() -> running.sh("echo $$; exec sleep 600", client));
      await().atMost(patience()).until(() -> client.out().endsWith("\n"));
      exec.cancel(true);
    }

    String stillThere = "kill -0 " + client.out().strip();
    await("the command to be gone")
        .atMost(patience())
        .until(
            () -> !running.sh(stillThere, FakeClient.reading()).equals(new ExecOutcome.Exited(0)));
  }

  @Test
  void manyCommandsRunAtOnceWithoutMixingTheirStreams() throws Exception {
    Running running = running();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        byte[] mine = ("number " + i).getBytes(StandardCharsets.UTF_8);
        FakeClient client = FakeClient.sending(new ByteArrayInputStream(mine));
        answers.add(
            threads.submit(
                () -> {
                  running.exec(client, "cat");
                  return client.out();
                }));
      }
      for (int i = 0; i < AT_ONCE; i++) {
        assertThat(answers.get(i).get(patience().toMillis() * 3, TimeUnit.MILLISECONDS))
            .isEqualTo("number " + i);
      }
    }
  }

  @Test
  void aTerminalHasItsClientsSizeAndFollowsItsChanges() throws Exception {
    Running running = running();
    try (PipedOutputStream keyboard = new PipedOutputStream()) {
      FakeClient client =
          FakeClient.terminal(new PipedInputStream(keyboard), new TerminalSize(101, 31));
      String script = "stty -echo; while read -r line; do stty size; done";
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<ExecOutcome> exec =
            threads.submit(() -> running.execOnTerminal(client, "sh", "-c", script));
        try {
          enterUntil(keyboard, client, "31 101\r\n");
          client.resize(new TerminalSize(120, 40));
          enterUntil(keyboard, client, "40 120\r\n");
          keyboard.write(4); // ctrl-D: the end of the input, as a terminal says it
          keyboard.flush();
          assertThat(exec.get(patience().toMillis(), TimeUnit.MILLISECONDS))
              .isEqualTo(new ExecOutcome.Exited(0));
        } finally {
          exec.cancel(true);
        }
      }
    }
  }

  /** A size comes on its own way, as with a kubelet: the command may have begun before it. */
  private void enterUntil(PipedOutputStream keyboard, FakeClient client, String answer) {
    await("to read " + answer.strip())
        .atMost(patience())
        .pollInSameThread() // a pipe whose last writer has died is broken for its reader
        .until(
            () -> {
              keyboard.write('\n');
              keyboard.flush();
              return client.out().contains(answer);
            });
  }

  @Test
  void execLeavesThePodAsItWas() throws Exception {
    Running running = runningAnything();

    ExecOutcome outcome = running.exec(FakeClient.reading(), "true");

    assertThat(outcome).isInstanceOf(ExecOutcome.Exited.class);
    assertThat(find(running.provider, running.attempt)).hasValueSatisfying(this::stillRuns);
    assertThat(startsOf(running.attempt)).isEqualTo(1);
  }

  private void stillRuns(Workload workload) {
    assertThat(isRunning(workload)).isTrue();
    assertThat(workload.stopping()).isFalse();
  }

  @Test
  void execInAContainerThatDoesNotRunIsNotFound() throws Exception {
    Running running = runningAnything();
    PodAttempt ended = attempt("ended");
    running.provider.create(exit(ended, 0));
    awaitTerminated(running.provider, ended);

    for (PodAttempt attempt : List.of(ended, attempt("unknown"))) {
      assertThatThrownBy(
              () -> new Running(running.provider, attempt).sh("true", FakeClient.reading()))
          .isInstanceOf(ProviderException.NotFound.class);
    }
  }

  /** A Pod that runs until the end of the test, and programs in it. */
  private Running running() throws Exception {
    assumeTrue(execRunsPrograms(), "exec is something else here, with tests of its own");
    return runningAnything();
  }

  private Running runningAnything() throws Exception {
    Provider provider = open();
    assumeTrue(provider.exec().isPresent(), "the backend runs no commands");
    PodAttempt attempt = attempt("exec");
    provider.create(sleep(attempt));
    awaitRunning(provider, attempt);
    return new Running(provider, attempt);
  }

  private record Running(Provider provider, PodAttempt attempt) {

    ExecOutcome sh(String script, ContainerStreams client) throws Exception {
      return exec(client, "sh", "-c", script);
    }

    ExecOutcome exec(ContainerStreams client, String... command) throws Exception {
      return run(client, false, command);
    }

    ExecOutcome execOnTerminal(ContainerStreams client, String... command) throws Exception {
      return run(client, true, command);
    }

    private ExecOutcome run(ContainerStreams client, boolean terminal, String... command)
        throws Exception {
      var request = new ExecRequest(attempt, PodWorks.CONTAINER, List.of(command), terminal);
      return provider.exec().orElseThrow().exec(request, client);
    }
  }

  /** Takes nothing until it is told to go on, and then all of it. */
  private static final class SlowReader extends OutputStream {

    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch goOn = new CountDownLatch(1);
    final CRC32 crc = new CRC32();
    final AtomicLong length = new AtomicLong();

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      begun.countDown();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("the reader has gone", e);
      }
      crc.update(bytes, offset, count);
      length.addAndGet(count);
    }

    /** Of the first bytes of what {@code seq 1 …} writes. */
    static long crcOfNumbers(int bytes) throws IOException {
      CRC32 crc = new CRC32();
      byte[] line;
      int left = bytes;
      try (OutputStream out = new CheckedOutputStream(OutputStream.nullOutputStream(), crc)) {
        for (int i = 1; left > 0; i++) {
          line = (i + "\n").getBytes(StandardCharsets.US_ASCII);
          out.write(line, 0, Math.min(left, line.length));
          left -= line.length;
        }
      }
      return crc.getValue();
    }
  }
}
