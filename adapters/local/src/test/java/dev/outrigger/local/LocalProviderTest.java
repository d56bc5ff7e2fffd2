package dev.outrigger.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.ConfigProblem;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderContext;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.SensitiveText;
import dev.outrigger.provider.Settings;
import dev.outrigger.provider.testkit.PodWorks;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the contract leaves to the backend: order, ends, environment, logs of processes. */
class LocalProviderTest extends HostFixture {

  @BeforeEach
  void openOne() {
    open();
  }

  @Test
  void initContainersRunInOrderBeforeTheOthers() throws Exception {
    Path trace = root.resolve("trace");
    PodAttempt attempt = PodWorks.newAttempt("init");
    create(
        PodWorks.pod(
            attempt,
            List.of(appending("first", trace), appending("second", trace)),
            List.of(appending("main", trace))));

    assertThat(end(attempt, "main").exitCode()).hasValue(0);
    assertThat(Files.readAllLines(trace)).containsExactly("first", "second", "main");
  }

  @Test
  void afterAFailedInitContainerNothingIsStartedAndNothingSucceeds() throws Exception {
    Path trace = root.resolve("trace");
    PodAttempt attempt = PodWorks.newAttempt("failed-init");
    create(
        PodWorks.pod(
            attempt,
            List.of(PodWorks.container("bad", "sh", "-c", "exit 4")),
            List.of(appending("main", trace))));

    assertThat(end(attempt, "bad").exitCode()).hasValue(4);
    assertThat(end(attempt, "main").exitCode()).isEmpty();
    assertThat(end(attempt, "main").startedAt()).isEmpty();
    assertThat(trace).doesNotExist();
  }

  @Test
  void aRootFolderThatCannotBeMadeIsTold() throws Exception {
    Path file = Files.createFile(root.resolve("file"));
    Settings settings =
        new Settings("nodes[0].local", Map.of("root", file + "/below"), new ArrayList<>());

    new LocalProviderFactory()
        .create(new ProviderContext("node", Clock.systemUTC()), settings)
        .close();

    assertThat(settings.problems())
        .extracting(ConfigProblem::toString)
        .containsExactly(
            "nodes[0].local.root: must be a folder that can be made and written to: %s is no folder"
                .formatted(file));
  }

  @Test
  void anAddressThatIsNoneIsTold() throws Exception {
    Settings settings =
        new Settings(
            "nodes[0].local",
            Map.of("root", root.toString(), "podIp", "banana"),
            new ArrayList<>());

    new LocalProviderFactory()
        .create(new ProviderContext("node", Clock.systemUTC()), settings)
        .close();

    assertThat(settings.problems())
        .extracting(ConfigProblem::toString)
        .containsExactly("nodes[0].local.podIp: must be an IP address, not 'banana'");
  }

  @Test
  void aRootFolderThatWentIsMadeAgainAndOneThatCannotBeIsAnOutage() throws Exception {
    Path folder = root.resolve("of-the-node");
    LocalConfig config =
        new LocalConfig(folder, Duration.ofHours(1), Optional.empty(), Duration.ofSeconds(1));
    try (Provider provider =
        new LocalProvider(new ProviderContext("node", Clock.systemUTC()), config)) {
      provider.nodeState().orElseThrow().state();
      assertThat(folder).isDirectory();
      Files.delete(folder);
      Files.createFile(folder);

      assertThatThrownBy(() -> provider.nodeState().orElseThrow().state())
          .isInstanceOf(ProviderException.Unavailable.class)
          .hasMessageContaining(folder + " is no folder");
    }
  }

  @Test
  void outputIsPassedOnAsItIsWhateverItsBytes() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("bytes");
    create(PodWorks.shell(attempt, "printf 'a\\rb\\377\\n'"));
    end(attempt);

    await().atMost(PATIENCE).until(() -> !log(attempt, PodWorks.CONTAINER).lines().isEmpty());
    assertThat(log(attempt, PodWorks.CONTAINER).lines().getFirst().text())
        .isEqualTo(new byte[] {'a', '\r', 'b', (byte) 0xff});
  }

  @Test
  void aContainerMayUseItsGraceToEndByItself() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("graceful");
    create(PodWorks.shell(attempt, "trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done"));
    await().atMost(PATIENCE).until(() -> texts(attempt).contains("ready"));

    provider().delete(attempt.key(), PATIENCE);

    assertThat(end(attempt).exitCode()).hasValue(7);
  }

  @Test
  void aContainerThatIgnoresTheSignalIsKilledAfterItsGrace() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("stubborn");
    create(PodWorks.shell(attempt, "trap '' TERM; echo ready; while :; do sleep 0.05; done"));
    await().atMost(PATIENCE).until(() -> texts(attempt).contains("ready"));

    provider().delete(attempt.key(), Duration.ofSeconds(1));

    assertThat(end(attempt).exitCode()).hasValue(137);
  }

  @Test
  void whatLeftItsGroupEndsWithTheContainer() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("daemon");
    create(
        PodWorks.shell(
            attempt, "setsid sh -c 'echo $$ > left; exec sleep 600' & sleep 0.5; exit 0"));
    assertThat(end(attempt).exitCode()).hasValue(0);

    Path left = folder(attempt).resolve("containers/" + PodWorks.CONTAINER + "/work/left");
    Optional<HostProcess> process = HostProcess.of(Long.parseLong(Files.readString(left).strip()));
    assertThat(process.filter(HostProcess::isAlive)).isEmpty();
  }

  @Test
  void whatAKilledAgentLeftHalfMadeIsRemoved() throws Exception {
    Path node = Files.createDirectories(root.resolve("node"));
    Path fresh = Files.createDirectory(node.resolve(".staging-fresh"));
    Path old = Files.createDirectory(node.resolve(".staging-old"));
    Path trash = Files.createDirectory(node.resolve(".trash-old"));
    Files.writeString(old.resolve("secret"), "s");
    for (Path each : List.of(old, trash)) {
      Files.setLastModifiedTime(each, FileTime.from(Instant.now().minusSeconds(90)));
    }

    await().atMost(PATIENCE).until(() -> provider().list().isEmpty() && !Files.exists(trash));
    assertThat(old).doesNotExist();
    assertThat(fresh).exists();
  }

  @Test
  void aRecordThatCannotBeReadSpoilsNoOther() throws Exception {
    PodAttempt cut = PodWorks.newAttempt("cut");
    PodAttempt other = PodWorks.newAttempt("other");
    create(PodWorks.exit(cut, 0));
    end(cut);
    Files.writeString(folder(cut).resolve("containers/" + PodWorks.CONTAINER + "/exit"), "");
    open();
    create(PodWorks.exit(other, 4));

    assertThat(end(other).exitCode()).hasValue(4);
    assertThat(end(cut).exitCode()).isEmpty();
    assertThat(end(cut).message()).contains("cannot be read");
  }

  @Test
  void aTextWithANulIsRefusedAndNotShortened() {
    PodWork work = PodWorks.command(PodWorks.newAttempt("nul"), "sh", "-c", "rm /data\0/old");

    assertThatThrownBy(() -> provider().check(work))
        .isInstanceOf(ProviderException.Unsupported.class)
        .hasMessageContaining("spec.containers[0].command")
        .hasMessageContaining("NUL");
  }

  @Test
  void theEnvironmentArrivesUnchangedAndNoSecretStaysOnDisk() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("env");
    String secret = "it's $HOME `x` \"quoted\"\\ twoo";
    ContainerWork container =
        new ContainerWork(
            "main",
            PodWorks.IMAGE,
            List.of("sh", "-c"),
            List.of("printf '%s' \"$TOKEN\" | cksum"),
            Optional.of(root.toString()),
            List.of(new EnvVariable("TOKEN", SensitiveText.sensitive(secret))));
    create(PodWorks.pod(attempt, List.of(), List.of(container)));
    assertThat(end(attempt, "main").exitCode()).hasValue(0);

    var cksum = new ProcessBuilder("cksum").start();
    try (var in = cksum.outputWriter()) {
      in.write(secret);
    }
    assertThat(texts(attempt)).containsExactly(cksum.inputReader().readLine());
    try (var files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file)).doesNotContain("twoo");
      }
    }
  }

  @Test
  void bothStreamsAndAnUnfinishedLastLineAreToldApart() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("streams");
    create(PodWorks.shell(attempt, "echo bad >&2; printf end"));
    end(attempt);

    List<LogLine> lines = log(attempt, PodWorks.CONTAINER).lines();

    assertThat(lines).hasSize(2);
    for (LogLine line : lines) {
      boolean error = line.stream() == LogLine.Stream.STDERR;
      assertThat(new String(line.text(), java.nio.charset.StandardCharsets.UTF_8))
          .isEqualTo(error ? "bad" : "end");
      assertThat(line.terminated()).isEqualTo(error);
    }
  }

  @Test
  void whatHasNoRowIsRefusedWithItsPath() {
    PodWork work = PodWorks.sleep(PodWorks.newAttempt("refused"));
    var withVolume =
        new PodBuilder(work.pod())
            .editSpec()
            .addNewVolume()
            .withName("data")
            .withNewHostPath()
            .withPath("/data")
            .endHostPath()
            .endVolume()
            .endSpec()
            .build();
    var refused = new PodWork(work.attempt(), withVolume, List.of(), work.containers(), List.of());

    assertThatThrownBy(() -> provider().check(refused))
        .isInstanceOfSatisfying(
            ProviderException.Unsupported.class,
            u -> assertThat(u.path()).isEqualTo("spec.volumes[0].hostPath"));
  }

  @Test
  void theInstantProviderRunsAndEndsAtOnce() throws Exception {
    try (Provider instant = new InstantProvider(Clock.systemUTC(), 10)) {
      PodWork work = PodWorks.sleep(PodWorks.newAttempt("instant"));
      assertThat(instant.create(work).handle()).isEqualTo(instant.create(work).handle());
      assertThat(instant.list()).hasSize(1);
      instant.delete(work.key(), Duration.ZERO);
      assertThat(instant.create(work).isTerminated()).isTrue();
      assertThat(instant.capabilities().capacity()).containsAllEntriesOf(Map.of("pods", "10"));
    }
  }

  private static ContainerWork appending(String name, Path trace) {
    return PodWorks.container(name, "sh", "-c", "echo " + name + " >> '" + trace + "'");
  }
}
