package dev.outrigger.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.ExecOutcome;
import dev.outrigger.provider.ExecRequest;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.SensitiveText;
import dev.outrigger.provider.testkit.FakeClient;
import dev.outrigger.provider.testkit.PodWorks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands in containers with different programs: all that a container finds is its PATH. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class EcsExecImagesTest {

  private static final List<String> TOOLS =
      List.of("sh", "dd", "base64", "od", "tr", "stty", "cat", "sleep");

  @TempDir Path folder;

  private final SimulatedEcs ecs = new SimulatedEcs();
  private final Provider provider = ecs.provider(SimulatedEcs.NODE);

  @AfterAll
  void stop() {
    provider.close();
    ecs.close();
  }

  private static Optional<Path> onHost(String program) {
    return Stream.of("/bin", "/usr/bin")
        .map(at -> Path.of(at, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** An image of these programs of the host; shell names what {@code sh} is. */
  private Path image(String shell, List<String> tools) throws IOException {
    Path image = Files.createTempDirectory(folder, "image");
    for (String tool : tools) {
      Optional<Path> from = shell.equals("busybox") ? onHost(shell) : onHost(tool);
      if (tool.equals("sh")) {
        from = onHost(shell);
      }
      assumeTrue(from.isPresent(), "this host has no " + shell + " or " + tool);
      Files.createSymbolicLink(image.resolve(tool), from.orElseThrow());
    }
    return image;
  }

  private PodAttempt start(Path image) throws ProviderException {
    PodAttempt attempt = PodWorks.newAttempt("image");
    ContainerWork plain = PodWorks.sleep(attempt).containers().getFirst();
    ContainerWork container =
        new ContainerWork(
            plain.name(),
            plain.image(),
            plain.command(),
            plain.args(),
            plain.workingDir(),
            List.of(new EnvVariable("PATH", SensitiveText.plain(image.toString()))));
    PodWork work = PodWorks.pod(attempt, List.of(), List.of(container));
    provider.create(work);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                provider.list().stream()
                    .filter(w -> w.attempt().equals(attempt))
                    .flatMap(w -> w.containers().stream())
                    .anyMatch(c -> c.state() instanceof ContainerState.Running));
    return attempt;
  }

  private ExecOutcome exec(
      PodAttempt attempt, FakeClient streams, boolean terminal, String... command)
      throws Exception {
    return provider
        .exec()
        .orElseThrow()
        .exec(new ExecRequest(attempt, PodWorks.CONTAINER, List.of(command), terminal), streams);
  }

  @Test
  void everyShellCarriesBytesAndExitCodes() throws Exception {
    byte[] data = new byte[200_000];
    new Random(3).nextBytes(data);
    for (String shell : List.of("dash", "bash", "busybox")) {
      PodAttempt attempt = start(image(shell, TOOLS));
      FakeClient copy = FakeClient.sending(data);
      assertThat(exec(attempt, copy, false, "cat")).isEqualTo(new ExecOutcome.Exited(0));
      assertThat(copy.outBytes()).as(shell).isEqualTo(data);

      FakeClient both = FakeClient.reading();
      assertThat(exec(attempt, both, false, "sh", "-c", "echo out; echo err >&2; exit 9"))
          .as(shell)
          .isEqualTo(new ExecOutcome.Exited(9));
      assertThat(both.out()).isEqualTo("out\n");
      assertThat(both.err()).isEqualTo("err\n");

      FakeClient terminal =
          FakeClient.terminal(
              InputStream.nullInputStream(), new dev.outrigger.provider.TerminalSize(90, 30));
      assertThat(exec(attempt, terminal, true, "sh", "-c", "stty size; exit 4"))
          .as(shell)
          .isEqualTo(new ExecOutcome.Exited(4));
      assertThat(terminal.out()).as(shell).isEqualTo("30 90\r\n");
      assertThat(exec(attempt, FakeClient.reading(), false, "no-such-program"))
          .as(shell)
          .isInstanceOf(ExecOutcome.Failed.class);
    }
  }

  @Test
  void containerWithoutAShellRunsTheCommandAndSaysWhatIsNotKnown() throws Exception {
    PodAttempt attempt = start(image("dash", List.of("sleep", "cat", "tr")));
    FakeClient streams = FakeClient.reading();
    assertThat(exec(attempt, streams, false, "cat", "/proc/self/comm"))
        .isInstanceOfSatisfying(
            ExecOutcome.Failed.class,
            f -> assertThat(f.message()).contains("no sh").contains("exit code is not known"));
    assertThat(streams.out()).startsWith("cat");
    assertThat(exec(attempt, FakeClient.reading(), false, "no-such-program"))
        .isInstanceOfSatisfying(
            ExecOutcome.Failed.class, f -> assertThat(f.message()).contains("no-such-program"));
  }

  @Test
  void containerWithoutAToolNamesIt() throws Exception {
    PodAttempt attempt =
        start(image("dash", List.of("sh", "sleep", "cat", "dd", "od", "tr", "stty")));
    assertThat(exec(attempt, FakeClient.reading(), false, "cat", "/dev/null"))
        .isInstanceOfSatisfying(
            ExecOutcome.Failed.class, f -> assertThat(f.message()).contains("no base64"));
  }
}
