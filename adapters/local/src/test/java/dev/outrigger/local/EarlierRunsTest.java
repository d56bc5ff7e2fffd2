package dev.outrigger.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a container in the moments between the end of a run and what follows it. */
class EarlierRunsTest {

  private static final PodKey POD = new PodKey("uid", "default", "p");
  private static final Instant T10 = Instant.ofEpochSecond(10);
  private static final Instant T20 = Instant.ofEpochSecond(20);
  private static final Instant T30 = Instant.ofEpochSecond(30);
  private static final Optional<HostProcess> FIRST = HostProcess.parse("100 5", " ");
  private static final Optional<HostProcess> SECOND = HostProcess.parse("200 6", " ");

  /** Process 100, from 10 s to 20 s, exit code 3, nothing to wait for. */
  private static final String RUN = "100 5 3 10000000 20000000 0\n";

  @TempDir Path folder;

  @Test
  void betweenTwoRunsTheFirstOneIsTheLast() throws IOException {
    for (Optional<HostProcess> process : List.of(FIRST, Optional.<HostProcess>empty())) {
      ContainerObservation told = runs(RUN).in(running(T10), process, Optional.empty(), POD);

      assertThat(told.state()).isEqualTo(new ContainerState.Waiting("ContainerCreating", ""));
      assertThat(told.restarts()).isZero();
      assertThat(told.last().orElseThrow().exitCode()).hasValue(3);
    }
  }

  /** Else the second one, which the container waits after, would be taken for the first. */
  @Test
  void aRunThatWasOverBeforeItsStartTimeWasReadCounts() throws IOException {
    ContainerObservation told =
        runs("99  1 10000000 20000000 0\n100 5 1 20000000 30000000 10000\n")
            .in(running(T20), Optional.empty(), Optional.empty(), POD);

    assertThat(told.restarts()).isOne();
    assertThat(told.state())
        .isInstanceOfSatisfying(
            ContainerState.Waiting.class,
            w -> assertThat(w.reason()).isEqualTo("CrashLoopBackOff"));
  }

  @Test
  void aLineThatIsCutIsNoRun() throws IOException {
    ContainerObservation told =
        runs(RUN + "200 6 1 200").in(running(T30), SECOND, Optional.empty(), POD);

    assertThat(told.state()).isInstanceOf(ContainerState.Running.class);
    assertThat(told.restarts()).isOne();
  }

  @Test
  void aRunThatEndsAfterTheStopStillRunsUntilTheContainerHasEnded() throws IOException {
    EarlierRuns runs = runs(RUN);
    for (ContainerObservation seen : new ContainerObservation[] {running(T10), waiting()}) {
      ContainerObservation told = runs.in(seen, Optional.empty(), Optional.of(T20), POD);

      assertThat(told.state()).isEqualTo(new ContainerState.Running(T10));
      assertThat(told.restarts()).isZero();
      assertThat(told.last()).isEmpty();
    }
  }

  @Test
  void aStopThatComesWhileItWaitsLeavesItWaiting() throws IOException {
    ContainerObservation told =
        runs("100 5 3 10000000 20000000 10000\n")
            .in(waiting(), Optional.empty(), Optional.of(T30), POD);

    assertThat(told.state())
        .isEqualTo(
            new ContainerState.Waiting(
                "CrashLoopBackOff",
                "back-off 10s restarting failed container=side pod=p_default(uid)"));
    assertThat(told.last()).isPresent();
  }

  @Test
  void theEndOfTheContainerIsThatOfItsLastRun() throws IOException {
    ContainerObservation told = runs(RUN).in(terminated(), Optional.empty(), Optional.of(T20), POD);

    assertThat(told.state())
        .isInstanceOfSatisfying(
            ContainerState.Terminated.class,
            end -> {
              assertThat(end.exitCode()).hasValue(3);
              assertThat(end.startedAt()).contains(T10);
              assertThat(end.finishedAt()).isEqualTo(T20);
            });
    assertThat(told.restarts()).isZero();
    assertThat(told.last()).isEmpty();
  }

  @Test
  void aLaterRunHasTheOneBeforeAsItsLast() throws IOException {
    ContainerObservation told = runs(RUN).in(running(T20), SECOND, Optional.empty(), POD);

    assertThat(told.state()).isEqualTo(new ContainerState.Running(T20));
    assertThat(told.restarts()).isEqualTo(1);
    assertThat(told.last().orElseThrow().finishedAt()).isEqualTo(T20);
  }

  @Test
  void beforeAnyRunHasEndedItIsAsAnyContainer() throws IOException {
    EarlierRuns none = EarlierRuns.read(folder);

    assertThat(none.in(waiting(), Optional.empty(), Optional.empty(), POD)).isEqualTo(waiting());
    assertThat(none.in(running(T10), FIRST, Optional.empty(), POD)).isEqualTo(running(T10));
  }

  private EarlierRuns runs(String lines) throws IOException {
    Files.writeString(folder.resolve("runs"), lines);
    return EarlierRuns.read(folder);
  }

  private static ContainerObservation running(Instant since) {
    return observed(new ContainerState.Running(since));
  }

  private static ContainerObservation waiting() {
    return observed(new ContainerState.Waiting("PodInitializing", ""));
  }

  private static ContainerObservation terminated() {
    return observed(
        new ContainerState.Terminated(OptionalInt.of(3), "Error", "", Optional.empty(), T30));
  }

  private static ContainerObservation observed(ContainerState state) {
    return new ContainerObservation("side", state, Optional.of("local://x/side"), Optional.of("i"));
  }
}
