package dev.outrigger.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outrigger.provider.ContainerState.Terminated;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.testkit.PodWorks;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No space for records, for a while: what happened is told once there is. */
class FullDiskTest extends HostFixture {

  private static Path disk;

  @BeforeAll
  static void mount() throws Exception {
    disk = Files.createTempDirectory("outrigger-full-disk");
    boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", disk.toString());
    assumeTrue(mounted, "only root may mount a small disk");
  }

  @AfterAll
  static void unmount() throws Exception {
    run("umount", "--lazy", disk.toString());
    Files.delete(disk);
  }

  private static boolean run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  @BeforeEach
  void onTheSmallDisk() {
    root = disk;
    open();
  }

  @Test
  void anEndIsTold() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("end");
    create(PodWorks.shell(attempt, "sleep 1; exit 7"));
    awaitRunning(attempt, PodWorks.CONTAINER);
    HostProcess process = process(attempt).orElseThrow();

    fill();
    await().atMost(PATIENCE).until(() -> !process.isAlive());
    staysForASecond(attempt);
    free();

    assertThat(end(attempt).exitCode()).hasValue(7);
  }

  @Test
  void noRunBeginsWithAPartOfItsScript() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("again");
    PodWork work = PodWorks.shell(attempt, "sleep 0.5; exit 3");
    create(PodWorks.withRestartPolicy(work, "OnFailure"));
    await().atMost(PATIENCE).until(() -> seen(attempt, PodWorks.CONTAINER).restarts() > 0);

    for (int i = 0; i < 3; i++) {
      fill();
      await().atMost(PATIENCE).until(() -> process(attempt).filter(HostProcess::isAlive).isEmpty());
      staysForASecond(attempt);
      free();
      int before = seen(attempt, PodWorks.CONTAINER).restarts();
      await().atMost(PATIENCE).until(() -> seen(attempt, PodWorks.CONTAINER).restarts() > before);
    }

    assertThat(
            Files.readAllLines(
                folder(attempt).resolve("containers/" + PodWorks.CONTAINER + "/runs")))
        .hasSizeGreaterThan(3)
        .allMatch(line -> line.matches("\\d+ \\d+ 3 \\d+ \\d+ \\d+"));
  }

  @Test
  void whatRunsCanBeEnded() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("stop");
    create(PodWorks.sleep(attempt));
    awaitRunning(attempt, PodWorks.CONTAINER);
    HostProcess process = process(attempt).orElseThrow();

    fill();
    assertThatThrownBy(() -> provider().delete(attempt.key(), Duration.ZERO))
        .isInstanceOf(ProviderException.class);
    await().atMost(PATIENCE).until(() -> !process.isAlive());
    free();

    provider().delete(attempt.key(), Duration.ZERO);
    assertThat(end(attempt).exitCode()).hasValue(137);
  }

  /** Nobody knows more while nothing can be written. */
  private void staysForASecond(PodAttempt attempt) {
    await()
        .atMost(PATIENCE)
        .during(Duration.ofSeconds(1))
        .until(() -> !(seen(attempt, PodWorks.CONTAINER).state() instanceof Terminated));
  }

  private Optional<HostProcess> process(PodAttempt attempt) throws IOException {
    return store().directory(attempt).process(PodWorks.CONTAINER);
  }

  private static void fill() {
    for (int size : new int[] {4096, 1}) {
      try (OutputStream out = Files.newOutputStream(disk.resolve("fill-" + size))) {
        while (true) {
          out.write(new byte[size]);
        }
      } catch (IOException full) {
        assertThat(full).hasMessageContaining("No space");
      }
    }
  }

  private static void free() throws IOException {
    Files.delete(disk.resolve("fill-1"));
    Files.delete(disk.resolve("fill-4096"));
  }
}
