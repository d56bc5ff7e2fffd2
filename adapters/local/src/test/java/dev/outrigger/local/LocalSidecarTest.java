package dev.outrigger.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderContext;
import dev.outrigger.provider.SensitiveText;
import dev.outrigger.provider.Workload;
import dev.outrigger.provider.testkit.PodWorks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Restartable init containers as processes, beyond what the contract's kit asks. */
class LocalSidecarTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final SidecarBackOff SHORT =
      new SidecarBackOff(Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMinutes(10));
  private static final SidecarBackOff LONG =
      new SidecarBackOff(Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ofMinutes(10));
  private static final String FOR_EVER = "while :; do sleep 0.1; done";

  @TempDir Path root;

  @AfterEach
  void stopEverything() throws Exception {
    try (Provider provider = provider(SHORT)) {
      for (Workload workload : provider.list()) {
        provider.delete(workload.key(), Duration.ZERO);
      }
      await()
          .atMost(PATIENCE)
          .until(() -> provider.list().stream().allMatch(Workload::isTerminated));
    }
  }

  @Test
  void eachRunOfASidecarIsCountedAndTheMainContainerStaysTheSame() throws Exception {
    Provider provider = provider(SHORT);
    PodAttempt attempt = PodWorks.newAttempt("counted");
    provider.create(pod(attempt, shell("side", "sleep 2; exit 3"), shell("main", FOR_EVER)));
    await()
        .atMost(PATIENCE)
        .until(() -> seen(provider, attempt, "main").state() instanceof ContainerState.Running);
    ContainerState main = seen(provider, attempt, "main").state();

    ContainerObservation third =
        await()
            .atMost(PATIENCE)
            .until(() -> seen(provider, attempt, "side"), side -> side.restarts() >= 3);

    assertThat(third.last())
        .hasValueSatisfying(
            end -> {
              assertThat(end.exitCode()).hasValue(3);
              assertThat(end.reason()).isEqualTo("Error");
              assertThat(end.startedAt().orElseThrow()).isBefore(end.finishedAt());
            });
    assertThat(seen(provider, attempt, "main").state()).isEqualTo(main);
  }

  @Test
  void aSidecarThatEndsAtOnceBacksOffAndWhatFollowsWaits() throws Exception {
    Provider provider = provider(LONG);
    PodAttempt attempt = PodWorks.newAttempt("loops");
    provider.create(pod(attempt, shell("side", "exit 3"), shell("main", FOR_EVER)));

    ContainerObservation side =
        await()
            .atMost(PATIENCE)
            .until(
                () -> seen(provider, attempt, "side"),
                s ->
                    s.state() instanceof ContainerState.Waiting w
                        && w.reason().equals("CrashLoopBackOff"));

    String pod = "loops_default(" + attempt.key().uid() + ")";
    assertThat(side.restarts()).isEqualTo(1);
    assertThat(side.last()).isPresent();
    assertThat(side.state())
        .isEqualTo(
            new ContainerState.Waiting(
                "CrashLoopBackOff", "back-off 5m0s restarting failed container=side pod=" + pod));
    assertThat(seen(provider, attempt, "main").state()).isInstanceOf(ContainerState.Waiting.class);

    provider.delete(attempt.key(), Duration.ofSeconds(20));
    ContainerObservation ended = ended(provider, attempt, "side");
    assertThat(end(ended).exitCode()).hasValue(3);
    assertThat(ended.restarts()).isEqualTo(1);
    assertThat(end(ended(provider, attempt, "main")).startedAt()).isEmpty();
  }

  @Test
  void anotherAgentFindsTheSidecarAndItsRunsAndStartsNothingTwice() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("adopted");
    Path once = root.resolve("once");
    PodWork work =
        pod(
            attempt,
            shell(
                "side",
                "[ -e '" + once + "' ] || { : > '" + once + "'; sleep 1; exit 5; }; " + FOR_EVER),
            shell("main", FOR_EVER));
    ContainerObservation before;
    try (Provider first = provider(SHORT)) {
      first.create(work);
      before =
          await()
              .atMost(PATIENCE)
              .until(
                  () -> seen(first, attempt, "side"),
                  s -> s.restarts() == 1 && s.state() instanceof ContainerState.Running);
    }

    Provider second = provider(SHORT);
    second.create(work);

    assertThat(seen(second, attempt, "side")).isEqualTo(before);
    assertThat(before.last().orElseThrow().exitCode()).hasValue(5);
    assertThat(Files.readAllLines(folder(attempt).resolve("starts"))).hasSize(1);
  }

  @Test
  void aSidecarHasTwoSecondsOfItsOwnWhenTheMainContainerTookAllOfTheGrace() throws Exception {
    Provider provider = provider(SHORT);
    PodAttempt attempt = PodWorks.newAttempt("no-grace-left");
    provider.create(
        pod(
            attempt,
            shell("side", "trap 'exit 6' TERM; " + FOR_EVER),
            shell("main", "trap '' TERM; : > '" + root.resolve("ready") + "'; " + FOR_EVER)));
    await().atMost(PATIENCE).until(() -> Files.exists(root.resolve("ready")));

    provider.delete(attempt.key(), Duration.ofSeconds(1));

    assertThat(end(ended(provider, attempt, "main")).exitCode()).hasValue(137);
    assertThat(end(ended(provider, attempt, "side")).exitCode()).hasValue(6);
  }

  @Test
  void noSecretOfASidecarStaysOnDiskThoughItIsStartedAgain() throws Exception {
    Provider provider = provider(SHORT);
    PodAttempt attempt = PodWorks.newAttempt("secret");
    ContainerWork side =
        new ContainerWork(
            "side",
            PodWorks.IMAGE,
            List.of("sh", "-c"),
            List.of("sleep 1; [ \"$TOKEN\" = 'twoo it'\\''s' ] && exit 9; exit 8"),
            Optional.empty(),
            List.of(new EnvVariable("TOKEN", SensitiveText.sensitive("twoo it's"))));
    provider.create(pod(attempt, side, shell("main", FOR_EVER)));
    await()
        .atMost(PATIENCE)
        .until(
            () -> seen(provider, attempt, "side"),
            s -> s.restarts() >= 2 && s.last().orElseThrow().exitCode().orElse(0) == 9);
    provider.delete(attempt.key(), Duration.ofSeconds(20));
    ended(provider, attempt, "side");

    try (var files = Files.walk(folder(attempt))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file)).doesNotContain("twoo it");
      }
    }
  }

  private Provider provider(SidecarBackOff backOff) {
    var config =
        new LocalConfig(
            root, Duration.ofHours(1), Optional.empty(), Duration.ofMillis(100), backOff);
    return new LocalProvider(new ProviderContext("node", Clock.systemUTC()), config);
  }

  private Path folder(PodAttempt attempt) {
    return root.resolve("node").resolve(attempt.token());
  }

  private static ContainerWork shell(String name, String script) {
    return PodWorks.container(name, "sh", "-c", script);
  }

  private static PodWork pod(PodAttempt attempt, ContainerWork sidecar, ContainerWork main) {
    return PodWorks.withSidecars(
        PodWorks.pod(attempt, List.of(sidecar), List.of(main)), sidecar.name());
  }

  private static ContainerObservation seen(Provider provider, PodAttempt attempt, String name)
      throws Exception {
    return provider.list().stream()
        .filter(w -> w.attempt().equals(attempt))
        .flatMap(w -> w.containers().stream())
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static ContainerObservation ended(Provider provider, PodAttempt attempt, String name) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> seen(provider, attempt, name),
            c -> c.state() instanceof ContainerState.Terminated);
  }

  private static ContainerState.Terminated end(ContainerObservation ended) {
    return (ContainerState.Terminated) ended.state();
  }
}
