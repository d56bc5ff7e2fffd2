package dev.outrigger.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.testkit.PodWorks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shell that holds the claim is killed alone: what it has started goes on. */
class LostSupervisorTest extends HostFixture {

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingIsStartedAgainAndNothingIsLeft(boolean mounts) throws Exception {
    backOff =
        new RunBackOff(Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofMinutes(10));
    MountNamespaces here = MountNamespaces.ofThisHost();
    assumeTrue(!mounts || here.arePermitted(), here.refusal());
    open(mounts ? here : MountNamespaces.none("not here"));
    PodAttempt attempt = PodWorks.newAttempt("lost");
    String script = "echo x >> n; [ $(wc -l < n) -lt 3 ] || exec sleep 600; exit 1";
    PodWork mounted = MountedPod.of(attempt, script).scratch("s").mount("s", "/s").work();
    create(mounts ? PodWorks.withRestartPolicy(mounted, "OnFailure") : pod(attempt, script));
    await().atMost(PATIENCE).until(() -> isBetweenRuns(attempt, 2));
    HostProcess supervisor = killSupervisor(attempt);

    assertThat(end(attempt).exitCode()).hasValue(1);
    awaitNothingOf(supervisor);
    assertThat(Files.readAllLines(own(attempt).resolve("work/n"))).hasSize(2);
    assertThat(Files.readAllLines(own(attempt).resolve("runs"))).hasSize(2);
    assertThat(own(attempt).resolve("run.sh")).doesNotExist();
    provider().delete(attempt.key(), Duration.ZERO);
    awaitNothingOf(supervisor);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exec sleep 600",
        "trap 'exit 5' TERM; while :; do sleep 0.1; done",
        // What it leaves behind holds its output, and so what is written of its end, up.
        "HOME=/ setsid sleep 5 & exec sleep 600"
      })
  void aRunThatGoesOnIsTheLastOneAndEndsWithThePod(String script) throws Exception {
    open();
    PodAttempt attempt = PodWorks.newAttempt("goes-on");
    create(pod(attempt, script));
    awaitRunning(attempt, PodWorks.CONTAINER);
    HostProcess run = process(attempt);
    HostProcess supervisor = killSupervisor(attempt);

    provider().delete(attempt.key(), Duration.ofSeconds(30));

    assertThat(end(attempt).exitCode()).isPresent();
    assertThat(run.isAlive()).isFalse();
    awaitNothingOf(supervisor);
    assertThat(own(attempt).resolve("runs")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aProcessThatWasTakenForEndedIsStoppedAllTheSame(int grace) throws Exception {
    open();
    PodAttempt attempt = PodWorks.newAttempt("taken");
    create(pod(attempt, "exec sleep 600"));
    awaitRunning(attempt, PodWorks.CONTAINER);
    HostProcess run = process(attempt);
    new RunOutcome(own(attempt)).lose();
    HostProcess supervisor = killSupervisor(attempt);

    provider().delete(attempt.key(), Duration.ofSeconds(grace));

    await().atMost(PATIENCE).until(() -> !run.isAlive());
    awaitNothingOf(supervisor);
    assertThat(end(attempt).exitCode()).as("it is known no better afterwards").isEmpty();
  }

  private HostProcess killSupervisor(PodAttempt attempt) throws Exception {
    HostProcess supervisor = new AttemptDirectory(folder(attempt)).supervisor().orElseThrow();
    String kill = "kill -s KILL " + supervisor.pid();
    assertThat(new ProcessBuilder("sh", "-c", kill).start().waitFor()).isZero();
    await().atMost(PATIENCE).until(() -> !supervisor.isAlive());
    return supervisor;
  }

  /** All that it has started is in its session, but for the containers. */
  private static void awaitNothingOf(HostProcess supervisor) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                ProcessTable.read().belongingTo(List.of(supervisor)).stream()
                    .map(ProcessTable.Row::process)
                    .noneMatch(HostProcess::isAlive));
  }

  private boolean isBetweenRuns(PodAttempt attempt, int runs) throws IOException {
    Path own = own(attempt);
    return Files.exists(own.resolve("runs"))
        && Files.readAllLines(own.resolve("runs")).size() == runs
        && !Files.exists(own.resolve("process"));
  }

  private HostProcess process(PodAttempt attempt) throws IOException {
    return new AttemptDirectory(folder(attempt)).process(PodWorks.CONTAINER).orElseThrow();
  }

  private Path own(PodAttempt attempt) {
    return folder(attempt).resolve("containers").resolve(PodWorks.CONTAINER);
  }

  private static PodWork pod(PodAttempt attempt, String script) {
    return PodWorks.withRestartPolicy(PodWorks.shell(attempt, script), "OnFailure");
  }
}
