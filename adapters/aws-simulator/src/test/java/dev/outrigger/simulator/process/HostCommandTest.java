package dev.outrigger.simulator.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HostCommandTest {

  /** The kernel cannot tell the end of a thread from that of the whole simulator. */
  @Test
  void aProcessThatNobodyCouldRegisterYetEndsWithTheThreadThatStartedIt() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "no setpriv on this host");
    List<String> command =
        HostCommand.endingWithParent(
            HostCommand.ownGroup("sh", "-c", "trap '' TERM; exec sleep 600"));
    FutureTask<Process> start =
        new FutureTask<>(
            () -> {
              Process process = new ProcessBuilder(command).start();
              await().atMost(Duration.ofSeconds(60)).until(() -> runs(process, "sleep"));
              return process;
            });

    Thread.ofPlatform().start(start).join();

    assertThat(start.get().waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(start.get().exitValue()).isEqualTo(128 + 9);
  }

  private static boolean runs(Process process, String program) {
    return process.info().command().filter(path -> path.endsWith(program)).isPresent();
  }
}
