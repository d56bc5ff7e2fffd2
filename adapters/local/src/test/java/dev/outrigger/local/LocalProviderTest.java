package dev.outrigger.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.ContainerState.Terminated;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.LogQuery;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderContext;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.SensitiveText;
import dev.outrigger.provider.Workload;
import dev.outrigger.provider.testkit.PodWorks;
import dev.outrigger.provider.testkit.RecordingLog;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalProviderTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path root;
  private Provider provider = new InstantProvider(Clock.systemUTC(), 1);

  @BeforeEach
  void open() {
    var config =
        new LocalConfig(root, Duration.ofHours(1), Optional.empty(), Duration.ofMillis(100));
    provider = new LocalProvider(new ProviderContext("node", Clock.systemUTC()), config);
  }

  @AfterEach
  void stopEverything() throws Exception {
    for (Workload workload : provider.list()) {
      provider.delete(workload.key(), Duration.ZERO);
    }
    await().atMost(PATIENCE).until(() -> provider.list().stream().allMatch(Workload::isTerminated));
    provider.close();
  }

  @Test
  void initContainersRunInOrderBeforeTheOthers() throws Exception {
    Path trace = root.resolve("trace");
    PodAttempt attempt = PodWorks.newAttempt("init");
    provider.create(
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
    provider.create(
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
  void aContainerMayUseItsGraceToEndByItself() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("graceful");
    provider.create(
        PodWorks.shell(attempt, "trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done"));
    await().atMost(PATIENCE).until(() -> texts(attempt).contains("ready"));

    provider.delete(attempt.key(), Duration.ofSeconds(15));

    assertThat(end(attempt, PodWorks.CONTAINER).exitCode()).hasValue(7);
  }

  @Test
  void aContainerThatIgnoresTheSignalIsKilledAfterItsGrace() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("stubborn");
    provider.create(
        PodWorks.shell(attempt, "trap '' TERM; echo ready; while :; do sleep 0.05; done"));
    await().atMost(PATIENCE).until(() -> texts(attempt).contains("ready"));

    provider.delete(attempt.key(), Duration.ofSeconds(1));

    assertThat(end(attempt, PodWorks.CONTAINER).exitCode()).hasValue(137);
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
    provider.create(PodWorks.pod(attempt, List.of(), List.of(container)));
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
    provider.create(PodWorks.shell(attempt, "echo bad >&2; printf end"));
    end(attempt, PodWorks.CONTAINER);

    List<LogLine> lines = read(attempt).lines();

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

    assertThatThrownBy(() -> provider.check(refused))
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

  private Terminated end(PodAttempt attempt, String container) {
    return await()
        .atMost(PATIENCE)
        .until(
            () ->
                provider.list().stream()
                    .filter(w -> w.attempt().equals(attempt))
                    .flatMap(w -> w.containers().stream())
                    .filter(c -> c.name().equals(container))
                    .filter(c -> c.state() instanceof Terminated)
                    .map(c -> (Terminated) c.state())
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private List<String> texts(PodAttempt attempt) throws Exception {
    return read(attempt).texts();
  }

  private RecordingLog read(PodAttempt attempt) throws Exception {
    RecordingLog log = new RecordingLog();
    try {
      provider
          .logs()
          .orElseThrow()
          .read(
              new LogQuery(
                  attempt, PodWorks.CONTAINER, Optional.empty(), OptionalInt.empty(), false),
              log);
    } catch (ProviderException.NotFound notYet) {
      assertThat(log.lines()).isEmpty();
    }
    return log;
  }
}
