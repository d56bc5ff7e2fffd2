package dev.outrigger.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.ContainerStop;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.testkit.PodWorks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Containers that are started again alone, as processes, beyond what the contract's kit asks. */
class ContainerRestartsTest extends HostFixture {

  private static final RunBackOff LONG =
      new RunBackOff(Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ofMinutes(10));

  @Test
  void aContainerThatFailsTwiceSucceedsAtItsThirdRunAndStaysEnded() throws Exception {
    open();
    PodAttempt attempt = PodWorks.newAttempt("third");
    create(pod(attempt, "OnFailure", "echo x >> n; [ $(wc -l < n) -eq 3 ]"));

    ContainerState.Terminated end = end(attempt);

    assertThat(end.exitCode()).hasValue(0);
    assertThat(end.reason()).isEqualTo("Completed");
    assertThat(seen(attempt, PodWorks.CONTAINER).restarts()).isEqualTo(2);
    assertThat(seen(attempt, PodWorks.CONTAINER).last().orElseThrow().exitCode()).hasValue(1);
  }

  @Test
  void onlyTheLastTwoLogsAreKept() throws Exception {
    open();
    PodAttempt attempt = PodWorks.newAttempt("logs");
    create(pod(attempt, "OnFailure", "echo x >> n; wc -l < n; [ $(wc -l < n) -eq 4 ]"));

    end(attempt);

    Path folder = folder(attempt).resolve("containers").resolve(PodWorks.CONTAINER);
    assertThat(folder.resolve("log")).doesNotExist();
    assertThat(folder.resolve("log.1")).doesNotExist();
    assertThat(texts(attempt)).as("long gone").isEmpty();
    assertThat(texts(run(attempt, 2))).containsExactly("3");
    assertThat(texts(run(attempt, 3))).containsExactly("4");
    assertThat(Files.exists(folder.resolve("run.sh"))).isFalse();
  }

  @Test
  void anInitContainerIsTriedAgainUntilItSucceedsAndThenTheRestStarts() throws Exception {
    open();
    PodAttempt attempt = PodWorks.newAttempt("init");
    ContainerWork init =
        PodWorks.container("init", "sh", "-c", "echo x >> n; [ $(wc -l < n) -eq 2 ]");
    ContainerWork main = PodWorks.container(PodWorks.CONTAINER, "sleep", "600");
    create(
        PodWorks.withRestartPolicy(
            PodWorks.pod(attempt, List.of(init), List.of(main)), "OnFailure"));

    awaitRunning(attempt, PodWorks.CONTAINER);

    assertThat(seen(attempt, "init").restarts()).isEqualTo(1);
    assertThat(seen(attempt, "init").state())
        .isInstanceOfSatisfying(
            ContainerState.Terminated.class, end -> assertThat(end.exitCode()).hasValue(0));
  }

  @Test
  void aContainerWhoseSupervisorWasKilledHasEndedForGood() throws Exception {
    backOff = LONG;
    open();
    PodAttempt attempt = PodWorks.newAttempt("orphan");
    create(pod(attempt, "Always", "exit 3"));
    awaitLoop(attempt, 1);
    long supervisor = new AttemptDirectory(folder(attempt)).supervisor().orElseThrow().pid();
    new ProcessBuilder("sh", "-c", "kill -s KILL -- -" + supervisor).start().waitFor();

    ContainerState.Terminated end = end(attempt);

    ContainerObservation seen = seen(attempt, PodWorks.CONTAINER);
    assertThat(end.exitCode()).as("of the last run").hasValue(3);
    assertThat(seen.restarts()).isEqualTo(1);
  }

  /** A stop leaves no back-off behind, but takes part in that of an end before. */
  @Test
  void aContainerThatIsStoppedToStartAgainWaitsOnlyIfItHasEndedJustBeforeThat() throws Exception {
    backOff = LONG;
    open();
    PodAttempt attempt = PodWorks.newAttempt("stopped");
    create(pod(attempt, "Always", "exec sleep 600"));

    for (int restarts = 0; restarts < 3; restarts++) {
      int before = restarts;
      await()
          .atMost(PATIENCE)
          .until(
              () -> seen(attempt, PodWorks.CONTAINER),
              c -> c.state() instanceof ContainerState.Running && c.restarts() == before);
      provider()
          .stopContainer(
              new ContainerStop(run(attempt, restarts), PodWorks.CONTAINER, Duration.ZERO, true));
    }

    assertThat(awaitLoop(attempt, 2).message()).startsWith("back-off 5m0s");
  }

  private ContainerState.Waiting awaitLoop(PodAttempt attempt, int restarts) {
    ContainerObservation seen =
        await()
            .atMost(PATIENCE)
            .until(
                () -> seen(attempt, PodWorks.CONTAINER),
                c ->
                    c.state() instanceof ContainerState.Waiting w
                        && w.reason().equals("CrashLoopBackOff")
                        && c.restarts() == restarts);
    return (ContainerState.Waiting) seen.state();
  }

  private static PodAttempt run(PodAttempt attempt, int restarts) {
    return new PodAttempt(attempt.key(), restarts);
  }

  private static PodWork pod(PodAttempt attempt, String policy, String script) {
    return PodWorks.withRestartPolicy(PodWorks.shell(attempt, script), policy);
  }
}
