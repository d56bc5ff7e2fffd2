package dev.outrigger.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.ExecOutcome;
import dev.outrigger.provider.ExecRequest;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.SensitiveText;
import dev.outrigger.provider.TerminalSize;
import dev.outrigger.provider.testkit.FakeClient;
import dev.outrigger.provider.testkit.PodWorks;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the contract leaves to the backend: how a command belongs to its container here. */
class LocalStreamsTest extends HostFixture {

  @BeforeEach
  void openOne() {
    open();
  }

  @Test
  void aCommandHasTheContainersEnvironmentAndFolderFromItsFirstMoment() throws Exception {
    Path folder = Files.createDirectory(root.resolve("folder"));
    ContainerWork container =
        new ContainerWork(
            "main",
            PodWorks.IMAGE,
            List.of("sleep", "600"),
            List.of(),
            Optional.of(folder.toString()),
            List.of(new EnvVariable("TOKEN", SensitiveText.sensitive("it's\n\"secret\" = x"))));
    PodAttempt attempt = PodWorks.newAttempt("env");
    running(PodWorks.pod(attempt, List.of(), List.of(container)));
    FakeClient client = FakeClient.reading();

    sh(attempt, client, "printf '%s|%s|%s' \"$TOKEN\" \"$HOSTNAME\" \"$PWD\"");

    assertThat(client.out()).isEqualTo("it's\n\"secret\" = x|env|" + folder.toRealPath());
  }

  @Test
  void whatACommandLeavesRunningEndsWithItsContainer() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("left");
    running(PodWorks.sleep(attempt));
    FakeClient client = FakeClient.reading();
    sh(attempt, client, "sleep 600 > /dev/null 2>&1 & echo $!");
    long left = Long.parseLong(client.out().strip());
    assertThat(HostProcess.of(left)).isPresent();
    HostProcess process = HostProcess.of(left).orElseThrow();

    provider().delete(attempt.key(), Duration.ZERO);

    await().atMost(PATIENCE).until(() -> !process.isAlive());
  }

  @Test
  void whatACommandsChildrenWriteAfterItsEndIsWaitedFor() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("children");
    running(PodWorks.sleep(attempt));
    FakeClient client = FakeClient.reading();

    ExecOutcome outcome = sh(attempt, client, "(sleep 1; echo late) & echo early; exit 3");

    assertThat(outcome).isEqualTo(new ExecOutcome.Exited(3));
    assertThat(client.out()).isEqualTo("early\nlate\n");
  }

  @Test
  void aTerminalsLastOutputIsNotLost() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("terminal");
    running(PodWorks.sleep(attempt));
    for (int i = 0; i < 20; i++) {
      FakeClient client =
          FakeClient.terminal(InputStream.nullInputStream(), new TerminalSize(80, 24));
      var request =
          new ExecRequest(attempt, "main", List.of("sh", "-c", "seq 1 5000; echo end"), true);

      ExecOutcome outcome = provider().exec().orElseThrow().exec(request, client);

      assertThat(outcome).isEqualTo(new ExecOutcome.Exited(0));
      assertThat(client.out()).startsWith("1\r\n").endsWith("\r\n5000\r\nend\r\n");
    }
  }

  @Test
  void commandsThatHaveEndedLeaveNoRecord() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("records");
    running(PodWorks.sleep(attempt));
    sh(attempt, FakeClient.reading(), "exit 0");

    Path execs = folder(attempt).resolve("containers/main/execs");
    try (var records = Files.list(execs)) {
      assertThat(records).isEmpty();
    }
  }

  private void running(PodWork work) throws Exception {
    create(work);
    awaitRunning(work.attempt(), PodWorks.CONTAINER);
  }
}
