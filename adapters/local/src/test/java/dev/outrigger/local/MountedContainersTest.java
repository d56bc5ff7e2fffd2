package dev.outrigger.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outrigger.provider.ContainerState.Terminated;
import dev.outrigger.provider.ExecOutcome;
import dev.outrigger.provider.ExecRequest;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.testkit.FakeClient;
import dev.outrigger.provider.testkit.PodWorks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The life of containers with mounts: commands in them, their end, their last words. */
class MountedContainersTest extends MountFixture {

  @InEveryWay
  void lastWordsAreReadFromTheirFile(String way) throws Exception {
    open(way);
    PodAttempt attempt =
        create(
            MountedPod.of(
                    "words", "head -c 5000 /dev/zero | tr '\\0' x > /dev/termination-log; exit 3")
                .message("/dev/termination-log"));

    Terminated end = end(attempt);

    assertThat(end.exitCode()).hasValue(3);
    assertThat(end.lastWords()).contains("x".repeat(4096));
    assertThat(end.message()).isEmpty();
  }

  @InEveryWay
  void aCommandSeesWhatTheContainerSeesAndStartsInItsFolder(String way) throws Exception {
    open(way);
    PodAttempt attempt =
        create(
            MountedPod.of("exec", "exec sleep 600")
                .scratch("s")
                .mount("s", "/outrigger-s")
                .workingDir("/outrigger-s"));
    awaitRunning(attempt, "main");
    FakeClient client = FakeClient.reading();

    ExecOutcome outcome = sh(attempt, client, "echo hello > note; cat $PWD/note; exit 4");
    sh(attempt, client, "cp /bin/true program");
    ExecOutcome own =
        provider()
            .exec()
            .orElseThrow()
            .exec(
                new ExecRequest(attempt, "main", List.of("/outrigger-s/program"), false),
                FakeClient.reading());

    assertThat(client.out()).isEqualTo("hello\n");
    assertThat(client.err()).isEmpty();
    assertThat(outcome).isEqualTo(new ExecOutcome.Exited(4));
    assertThat(own).isEqualTo(new ExecOutcome.Exited(0));
  }

  /** With /dev put together anew, which the termination message in it needs. */
  @InEveryWay
  void aProgramOpensTerminalsOfItsOwn(String way) throws Exception {
    assumeTrue(Files.exists(Path.of("/dev/pts/ptmx")), "this host has no terminals");
    open(way);
    PodAttempt attempt =
        create(
            MountedPod.of("terminals", "true < /dev/ptmx && ls -a /dev/pts")
                .message("/dev/termination-log"));

    assertThat(end(attempt).exitCode()).hasValue(0);
    assertThat(texts(attempt)).contains("ptmx");
  }

  @InEveryWay
  void aContainerWithMountsIsStoppedAndAdoptedAsAnyOther(String way) throws Exception {
    open(way);
    PodAttempt attempt =
        create(
            MountedPod.of("stopped", "trap 'exit 7' TERM; while :; do sleep 0.05; done")
                .file("secret", "key", "hush", 0400)
                .mount("secret", "/outrigger-b"));
    awaitRunning(attempt, "main");
    Path attemptFolder = folder(attempt);
    AttemptDirectory directory = new AttemptDirectory(attemptFolder);
    RunningContainer.find(store(), attempt, "main").awaitStarted();
    HostProcess first = directory.process("main").orElseThrow();
    assertThat(attemptFolder.resolve("volumes/secret/key")).exists();
    provider().close();

    Provider next = open(way);
    assertThat(first.isAlive()).isTrue();
    next.delete(attempt.key(), PATIENCE);

    assertThat(end(attempt).exitCode()).hasValue(7);
    await().atMost(PATIENCE).until(() -> !Files.exists(attemptFolder.resolve("volumes")));
    assertThat(first.isAlive()).isFalse();
  }

  @InEveryWay
  void aMountThatCannotBeMadeIsAStartErrorAndTheLogSaysWhy(String way) throws Exception {
    open(way);
    PodAttempt attempt =
        create(
            MountedPod.of("unmounted", "echo never").scratch("s").mount("s", "/etc/passwd/below"));

    assertThat(end(attempt).exitCode()).hasValue(128);
    assertThat(end(attempt).reason()).isEqualTo("StartError");
    assertThat(end(attempt).startedAt()).isEmpty();
    assertThat(texts(attempt)).anyMatch(line -> line.contains("mounts cannot be made"));
    assertThat(Path.of("/etc/passwd")).isRegularFile();
  }

  @InEveryWay
  void anEmptyDirOutlivesAnAttemptAndGoesWithThePodsRecord(String way) throws Exception {
    open(way);
    PodAttempt first =
        create(
            MountedPod.of("scratch", "echo kept > /outrigger-s/note")
                .scratch("s")
                .mount("s", "/outrigger-s"));
    end(first);
    PodAttempt second = PodWorks.next(first);
    create(MountedPod.of(second, "cat /outrigger-s/note").scratch("s").mount("s", "/outrigger-s"));
    end(second);
    assertThat(texts(second)).containsExactly("kept");
    Path scratch = root.resolve("node").resolve(HostStore.SCRATCH).resolve(first.key().uid());
    assertThat(scratch.resolve("s/note")).exists();

    keep = Duration.ZERO;
    provider().delete(first.key(), Duration.ZERO);
    Provider forgetful = open(way);

    await().atMost(PATIENCE).until(() -> forgetful.list().isEmpty());
    assertThat(scratch).doesNotExist();
  }
}
