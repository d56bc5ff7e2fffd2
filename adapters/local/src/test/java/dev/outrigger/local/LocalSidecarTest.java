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
import dev.outrigger.provider.SensitiveText;
import dev.outrigger.provider.testkit.PodWorks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Restartable init containers as processes, beyond what the contract's kit asks. */
class LocalSidecarTest extends HostFixture {

  private static final RunBackOff LONG =
      new RunBackOff(Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ofMinutes(10));
  private static final String FOR_EVER = "while :; do sleep 0.1; done";

  @Test
  void eachRunOfASidecarIsCountedAndTheMainContainerStaysTheSame() throws Exception {
    open();
    PodAttempt attempt = PodWorks.newAttempt("counted");
    create(pod(attempt, shell("side", "sleep 2; exit 3"), shell("main", FOR_EVER)));
    awaitRunning(attempt, "main");
    ContainerState main = seen(attempt, "main").state();

    ContainerObservation third =
        await().atMost(PATIENCE).until(() -> seen(attempt, "side"), side -> side.restarts() >= 3);

    assertThat(third.last())
        .hasValueSatisfying(
            end -> {
              assertThat(end.exitCode()).hasValue(3);
              assertThat(end.reason()).isEqualTo("Error");
              assertThat(end.startedAt().orElseThrow()).isBefore(end.finishedAt());
            });
    assertThat(seen(attempt, "main").state()).isEqualTo(main);
  }

  @Test
  void aSidecarThatEndsAtOnceBacksOffAndWhatFollowsWaits() throws Exception {
    backOff = LONG;
    open();
    PodAttempt attempt = PodWorks.newAttempt("loops");
    create(pod(attempt, shell("side", "exit 3"), shell("main", FOR_EVER)));

    ContainerObservation side =
        await()
            .atMost(PATIENCE)
            .until(
                () -> seen(attempt, "side"),
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
    assertThat(seen(attempt, "main").state()).isInstanceOf(ContainerState.Waiting.class);

    provider().delete(attempt.key(), PATIENCE);
    assertThat(end(attempt, "side").exitCode()).hasValue(3);
    assertThat(seen(attempt, "side").restarts()).isEqualTo(1);
    assertThat(end(attempt, "main").startedAt()).isEmpty();
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
    try (Provider first = open()) {
      first.create(work);
      before =
          await()
              .atMost(PATIENCE)
              .until(
                  () -> seen(attempt, "side"),
                  s -> s.restarts() == 1 && s.state() instanceof ContainerState.Running);
    }

    open().create(work);

    assertThat(seen(attempt, "side")).isEqualTo(before);
    assertThat(before.last().orElseThrow().exitCode()).hasValue(5);
    assertThat(Files.readAllLines(folder(attempt).resolve("starts"))).hasSize(1);
  }

  @Test
  void aSidecarHasTwoSecondsOfItsOwnWhenTheMainContainerTookAllOfTheGrace() throws Exception {
    open();
    PodAttempt attempt = PodWorks.newAttempt("no-grace-left");
    create(
        pod(
            attempt,
            shell("side", "trap 'exit 6' TERM; " + FOR_EVER),
            shell("main", "trap '' TERM; : > '" + root.resolve("ready") + "'; " + FOR_EVER)));
    await().atMost(PATIENCE).until(() -> Files.exists(root.resolve("ready")));

    provider().delete(attempt.key(), Duration.ofSeconds(1));

    assertThat(end(attempt, "main").exitCode()).hasValue(137);
    assertThat(end(attempt, "side").exitCode()).hasValue(6);
  }

  @Test
  void noSecretOfASidecarStaysOnDiskThoughItIsStartedAgain() throws Exception {
    open();
    PodAttempt attempt = PodWorks.newAttempt("secret");
    ContainerWork side =
        new ContainerWork(
            "side",
            PodWorks.IMAGE,
            List.of("sh", "-c"),
            List.of("sleep 1; [ \"$TOKEN\" = 'twoo it'\\''s' ] && exit 9; exit 8"),
            Optional.empty(),
            List.of(new EnvVariable("TOKEN", SensitiveText.sensitive("twoo it's"))));
    create(pod(attempt, side, shell("main", FOR_EVER)));
    await()
        .atMost(PATIENCE)
        .until(
            () -> seen(attempt, "side"),
            s -> s.restarts() >= 2 && s.last().orElseThrow().exitCode().orElse(0) == 9);
    provider().delete(attempt.key(), PATIENCE);
    end(attempt, "side");

    try (var files = Files.walk(folder(attempt))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file)).doesNotContain("twoo it");
      }
    }
  }

  private static ContainerWork shell(String name, String script) {
    return PodWorks.container(name, "sh", "-c", script);
  }

  private static PodWork pod(PodAttempt attempt, ContainerWork sidecar, ContainerWork main) {
    return PodWorks.withSidecars(
        PodWorks.pod(attempt, List.of(sidecar), List.of(main)), sidecar.name());
  }
}
