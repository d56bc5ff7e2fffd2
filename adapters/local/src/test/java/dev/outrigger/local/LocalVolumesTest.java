package dev.outrigger.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outrigger.provider.ContainerState.Running;
import dev.outrigger.provider.ContainerState.Terminated;
import dev.outrigger.provider.ExecOutcome;
import dev.outrigger.provider.ExecRequest;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderContext;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Workload;
import dev.outrigger.provider.testkit.FakeClient;
import dev.outrigger.provider.testkit.PodWorks;
import dev.outrigger.provider.testkit.RecordingLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Containers with mounts of their own, in every way in which this host permits them. */
class LocalVolumesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path root;
  private Optional<Provider> opened = Optional.empty();

  static List<String> ways() {
    return MountNamespaces.ALL;
  }

  @AfterEach
  void stopEverything() throws Exception {
    if (opened.isPresent()) {
      Provider provider = opened.get();
      for (Workload workload : provider.list()) {
        provider.delete(workload.key(), Duration.ZERO);
      }
      await()
          .atMost(PATIENCE)
          .until(() -> provider.list().stream().allMatch(Workload::isTerminated));
      provider.close();
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void filesAreWhereThePodWantsThemAndTheHostHasNoneOfIt(String way) throws Exception {
    open(way);
    PodAttempt attempt = PodWorks.newAttempt("files");
    create(
        MountedPod.of(
                attempt,
                "cat /outrigger-a/colour /etc/outrigger-b/key; stat -L -c %a"
                    + " /etc/outrigger-b/key; ls /outrigger-a; echo x > /outrigger-a/new || echo ro")
            .file("config", "colour", "red\n", 0644)
            .file("secret", "key", "hush\n", 0400)
            .mount("config", "/outrigger-a")
            .mount("secret", "/etc/outrigger-b"));

    assertThat(end(attempt).exitCode()).hasValue(0);
    assertThat(texts(attempt)).contains("red", "hush", "400", "colour", "ro");
    assertThat(Path.of("/outrigger-a")).doesNotExist();
    assertThat(Path.of("/etc/outrigger-b")).doesNotExist();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void whatIsNotMountedIsTheHosts(String way) throws Exception {
    open(way);
    Path note = root.resolve("note");
    PodAttempt attempt = PodWorks.newAttempt("host");
    create(
        MountedPod.of(
                attempt,
                "echo seen > '" + note + "'; echo lost > /dev/null; ls /proc/$$/status; date")
            .scratch("s")
            .mount("s", "/outrigger-s")
            .message("/dev/outrigger-message"));

    assertThat(end(attempt).exitCode()).hasValue(0);
    assertThat(note).hasContent("seen\n");
    assertThat(Path.of("/dev/outrigger-message")).doesNotExist();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aMountPointMayBeBehindALinkOfTheHost(String way) throws Exception {
    open(way);
    Path folder = Files.createDirectory(root.resolve("folder"));
    Path link = Files.createSymbolicLink(root.resolve("link"), folder);
    PodAttempt attempt = PodWorks.newAttempt("link");
    create(
        MountedPod.of(attempt, "cat '" + link + "/deep/er/colour' '" + folder + "/deep/er/colour'")
            .file("config", "colour", "red", 0644)
            .mount("config", link + "/deep/er"));

    assertThat(end(attempt).exitCode()).hasValue(0);
    assertThat(texts(attempt)).containsExactly("redred");
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void containersShareAnEmptyDirAndASubPathIsAPartOfIt(String way) throws Exception {
    open(way);
    PodAttempt attempt = PodWorks.newAttempt("shared");
    create(
        MountedPod.of(
                attempt,
                "cat /whole/main/note /part/note; stat -c %a /whole; echo x > /seen/x || echo ro")
            .init("mkdir /whole/main; echo written > /whole/main/note; echo $0 > /part/other")
            .scratch("s")
            .mount("s", "/whole")
            .readOnly("s", "/seen")
            .env("WHO", "main")
            .mountPart("s", "/part", "", "$(WHO)"));

    assertThat(end(attempt).exitCode()).hasValue(0);
    assertThat(texts(attempt))
        .filteredOn(line -> !line.contains("/seen/x"))
        .containsExactly("written", "written", "777", "ro");
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aSubPathOfAFileIsThatFileAndMountsMayBeInMounts(String way) throws Exception {
    open(way);
    PodAttempt attempt = PodWorks.newAttempt("part");
    create(
        MountedPod.of(attempt, "cat /outrigger/deep/file /outrigger/in/colour; ls -A /outrigger")
            .scratch("s")
            .file("config", "colour", "red", 0644)
            .mountPart("config", "/outrigger/deep/file", "colour", "")
            .mount("config", "/outrigger/in")
            .mount("s", "/outrigger"));

    assertThat(end(attempt).exitCode()).hasValue(0);
    assertThat(String.join("", texts(attempt))).isEqualTo("redreddeepin");
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aVolumeMayCoverWhatTheProviderItselfUses(String way) throws Exception {
    open(way);
    PodAttempt attempt = PodWorks.newAttempt("covers");
    create(
        MountedPod.of(attempt, "echo here > '" + root + "/note'; cat '" + root + "/note'")
            .scratch("s")
            .mount("s", root.toString()));

    assertThat(end(attempt).exitCode()).hasValue(0);
    assertThat(texts(attempt)).containsExactly("here");
    assertThat(root.resolve("note")).doesNotExist();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void lastWordsAreReadFromTheirFile(String way) throws Exception {
    open(way);
    PodAttempt attempt = PodWorks.newAttempt("words");
    create(
        MountedPod.of(attempt, "head -c 5000 /dev/zero | tr '\\0' x > /dev/termination-log; exit 3")
            .message("/dev/termination-log"));

    Terminated end = end(attempt);

    assertThat(end.exitCode()).hasValue(3);
    assertThat(end.lastWords()).contains("x".repeat(4096));
    assertThat(end.message()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aCommandSeesWhatTheContainerSeesAndStartsInItsFolder(String way) throws Exception {
    Provider provider = open(way);
    PodAttempt attempt = PodWorks.newAttempt("exec");
    create(
        MountedPod.of(attempt, "exec sleep 600")
            .scratch("s")
            .mount("s", "/outrigger-s")
            .workingDir("/outrigger-s"));
    await().atMost(PATIENCE).until(() -> state(attempt) instanceof Running);
    FakeClient client = FakeClient.reading();

    ExecOutcome outcome = sh(provider, attempt, client, "echo hello > note; cat $PWD/note; exit 4");
    sh(provider, attempt, client, "cp /bin/true program");
    ExecOutcome own =
        provider
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

  @ParameterizedTest
  @MethodSource("ways")
  void aContainerWithMountsIsStoppedAndAdoptedAsAnyOther(String way) throws Exception {
    open(way);
    PodAttempt attempt = PodWorks.newAttempt("stopped");
    create(
        MountedPod.of(attempt, "trap 'exit 7' TERM; while :; do sleep 0.05; done")
            .file("secret", "key", "hush", 0400)
            .mount("secret", "/outrigger-b"));
    await().atMost(PATIENCE).until(() -> state(attempt) instanceof Running);
    Path attemptFolder = root.resolve("node").resolve(attempt.token());
    AttemptDirectory directory = new AttemptDirectory(attemptFolder);
    RunningContainer.find(store(), attempt, "main").awaitStarted();
    HostProcess first = directory.process("main").orElseThrow();
    assertThat(attemptFolder.resolve("volumes/secret/key")).exists();
    opened.orElseThrow().close();

    Provider next = open(way);
    assertThat(first.isAlive()).isTrue();
    next.delete(attempt.key(), Duration.ofSeconds(30));

    assertThat(end(attempt).exitCode()).hasValue(7);
    await().atMost(PATIENCE).until(() -> !Files.exists(attemptFolder.resolve("volumes")));
    assertThat(first.isAlive()).isFalse();
  }

  @Test
  void withoutNamespacesVolumesAreRefusedWithTheReasonAndTheAutomaticTokenIsNot() throws Exception {
    Provider provider = open(MountNamespaces.none("not here"));
    PodAttempt attempt = PodWorks.newAttempt("refused");
    PodWork refused = MountedPod.of(attempt, "true").scratch("s").mount("s", "/s").work();
    PodWork token =
        MountedPod.of(attempt, "true")
            .token("kube-api-access-abcde")
            .mount("kube-api-access-abcde", "/var/run/secrets/kubernetes.io/serviceaccount")
            .message("/dev/termination-log")
            .work();

    assertThatThrownBy(() -> provider.check(refused))
        .isInstanceOfSatisfying(
            ProviderException.Unsupported.class,
            e -> assertThat(e.path()).isEqualTo("spec.volumes[0]"))
        .hasMessageContaining("not here");
    provider.create(token);
    assertThat(end(attempt).exitCode()).hasValue(0);
  }

  @Test
  void aSubPathWithoutItsVariableOrWithASecretIsRefused() throws Exception {
    Provider provider = open(new MountNamespaces(Optional.of("--mount"), ""));
    MountedPod pod = MountedPod.of(PodWorks.newAttempt("expr"), "true").scratch("s");
    PodWork missing = pod.mountPart("s", "/s", "", "$(ABSENT)").work();

    assertThatThrownBy(() -> provider.check(missing))
        .hasMessageContaining("spec.containers[0].volumeMounts[0].subPathExpr")
        .hasMessageContaining("missing value for \"ABSENT\"");
    PodWork secret = pod.secretEnv("ABSENT", "hush").work();
    assertThatThrownBy(() -> provider.check(secret))
        .isInstanceOf(ProviderException.Unsupported.class)
        .hasMessageNotContaining("hush");
  }

  private Provider open(String way) {
    MountNamespaces namespaces = MountNamespaces.tried(List.of(way));
    assumeTrue(namespaces.arePermitted(), namespaces.refusal());
    return open(namespaces);
  }

  private Provider open(MountNamespaces namespaces) {
    Provider provider =
        new LocalProvider(new ProviderContext("node", Clock.systemUTC()), config(), namespaces);
    opened = Optional.of(provider);
    return provider;
  }

  private LocalConfig config() {
    return new LocalConfig(root, Duration.ofHours(1), Optional.empty(), Duration.ofMillis(100));
  }

  private HostStore store() {
    return new HostStore("node", config(), MountNamespaces.none("not needed"), Clock.systemUTC());
  }

  private void create(MountedPod pod) throws Exception {
    opened.orElseThrow().create(pod.work());
  }

  private Terminated end(PodAttempt attempt) throws Exception {
    await().atMost(PATIENCE).until(() -> state(attempt) instanceof Terminated);
    return (Terminated) state(attempt);
  }

  private Object state(PodAttempt attempt) throws Exception {
    return opened.orElseThrow().list().stream()
        .filter(w -> w.attempt().equals(attempt))
        .flatMap(w -> w.containers().stream())
        .filter(c -> c.name().equals("main"))
        .findFirst()
        .orElseThrow()
        .state();
  }

  private static ExecOutcome sh(
      Provider provider, PodAttempt attempt, FakeClient client, String script) throws Exception {
    var request = new ExecRequest(attempt, "main", List.of("sh", "-c", script), false);
    return provider.exec().orElseThrow().exec(request, client);
  }

  private List<String> texts(PodAttempt attempt) throws Exception {
    RecordingLog log = new RecordingLog();
    opened
        .orElseThrow()
        .logs()
        .orElseThrow()
        .read(
            new dev.outrigger.provider.LogQuery(
                attempt, "main", Optional.empty(), OptionalInt.empty(), false),
            log);
    return log.texts();
  }
}
