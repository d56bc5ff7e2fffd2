package dev.outrigger.provider.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.ContainerStop;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.Trait;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What {@link Trait#CONTAINER_RESTARTS} promises. */
abstract class RestartContract extends SidecarContract {

  private static final Duration LONG = Duration.ofMinutes(10);
  private static final String ENDS_WELL =
      "trap 'exit 0' TERM; echo ready; while :; do sleep 0.1; done";
  private static final String FOR_EVER = "echo once; exec sleep 600";

  @Test
  void aMainContainerThatEndsIsStartedAgainAloneUnderAlways() throws Exception {
    Provider provider = openWithRestarts();
    PodAttempt attempt = attempt("alone");
    provider.create(pod(attempt, "Always", main("ends", "exit 0"), main("stays", FOR_EVER)));

    ContainerObservation loops = awaitLoop(provider, attempt, "ends");

    assertThat(loops.restarts()).isEqualTo(1);
    assertThat(loops.last().orElseThrow().exitCode()).isEqualTo(reportedExitCode(0));
    awaitRun(provider, attempt, "stays", 0);
    await("what it says")
        .atMost(patience())
        .until(() -> texts(provider, attempt, "stays").equals(List.of("once")));
    assertThat(startsOf(attempt)).isEqualTo(1);
  }

  @Test
  void underOnFailureOnlyAFailureIsStartedAgain() throws Exception {
    Provider provider = openWithRestarts();
    PodAttempt attempt = attempt("failures");
    provider.create(pod(attempt, "OnFailure", main("fails", "exit 3"), main("ends", "exit 0")));

    ContainerObservation loops = awaitLoop(provider, attempt, "fails");

    assertThat(loops.last().orElseThrow().exitCode()).isEqualTo(reportedExitCode(3));
    await("the other's end")
        .atMost(patience())
        .until(() -> seen(provider, attempt, "ends").state() instanceof ContainerState.Terminated);
    assertThat(seen(provider, attempt, "ends").restarts()).isZero();
  }

  @Test
  void underNeverNothingIsStartedAgain() throws Exception {
    Provider provider = openWithRestarts();
    PodAttempt attempt = attempt("never");
    provider.create(pod(attempt, "Never", main("main", "exit 3")));

    assertThat(awaitTerminated(provider, attempt).exitCode()).isEqualTo(reportedExitCode(3));
    assertThat(seen(provider, attempt, "main").restarts()).isZero();
  }

  @Test
  void anInitContainerThatFailsIsStartedAgainBeforeWhatFollows() throws Exception {
    Provider provider = openWithRestarts();
    PodAttempt attempt = attempt("init-loops");
    PodWork work = PodWorks.pod(attempt, List.of(main("init", "exit 3")), List.of(main("m", "")));
    provider.create(PodWorks.withRestartPolicy(work, "Always"));

    assertThat(awaitLoop(provider, attempt, "init").restarts()).isEqualTo(1);
    assertThat(seen(provider, attempt, "m").state()).isInstanceOf(ContainerState.Waiting.class);
  }

  @Test
  void eachRunHasALogOfItsOwnAndCommandsGoToTheCurrentOne() throws Exception {
    Provider provider = openWithRestarts();
    assumeTrue(provider.logs().isPresent(), "the backend has no logs");
    PodAttempt attempt = attempt("log-of-run");
    // A file of the Pod's own tells the second run from the first.
    String script =
        "if [ -e again ]; then echo two; exec sleep 600; fi; : > again; echo one; exit 1";
    provider.create(pod(attempt, "Always", main("main", script)));
    await("the second run")
        .atMost(patience())
        .until(() -> texts(provider, run(attempt, 1), "main").contains("two"));

    assertThat(texts(provider, run(attempt, 0), "main")).containsExactly("one");
    assertThat(texts(provider, run(attempt, 1), "main")).containsExactly("two");
    assertThat(texts(provider, run(attempt, 9), "main")).as("the latest").containsExactly("two");
  }

  @Test
  void aStopEndsAlsoWhatWaitsToBeStartedAgain() throws Exception {
    Provider provider = openWithRestarts();
    PodAttempt attempt = attempt("stopped");
    provider.create(pod(attempt, "Always", main("main", "exit 3")));
    awaitLoop(provider, attempt, "main");

    provider.delete(attempt.key(), Duration.ofSeconds(20));

    assertThat(awaitTerminated(provider, attempt).exitCode()).isEqualTo(reportedExitCode(3));
    assertThat(seen(provider, attempt, "main").restarts()).isEqualTo(1);
  }

  @Test
  void aRunThatIsToEndIsFollowedByTheNextAndTheRestGoesOn() throws Exception {
    Provider provider = openWithRestarts();
    PodAttempt attempt = attempt("run-stopped");
    provider.create(pod(attempt, "OnFailure", main("ends", ENDS_WELL), main("stays", FOR_EVER)));
    awaitReady(provider, attempt, "ends");
    awaitRun(provider, attempt, "stays", 0);

    provider.stopContainer(new ContainerStop(attempt, "ends", LONG, true));

    ContainerObservation next = awaitRun(provider, attempt, "ends", 1);
    assertThat(next.last().orElseThrow().exitCode())
        .as("though that ends it for good otherwise")
        .isEqualTo(reportedExitCode(0));
    assertThat(awaitRun(provider, attempt, "stays", 0).last()).isEmpty();
    assertThat(startsOf(attempt)).isEqualTo(1);
  }

  @Test
  void aStopOfAnotherRunThanTheCurrentOneStopsNothing() throws Exception {
    Provider provider = openWithRestarts();
    PodAttempt attempt = attempt("late-stop");
    provider.create(pod(attempt, "Always", main("main", ENDS_WELL.replace("exit 0", "exit 7"))));
    awaitReady(provider, attempt, "main");
    provider.stopContainer(new ContainerStop(attempt, "main", LONG, true));
    awaitRun(provider, attempt, "main", 1);
    awaitReady(provider, run(attempt, 1), "main");

    for (PodAttempt other : List.of(attempt, run(attempt, 2), attempt("unknown"))) {
      provider.stopContainer(new ContainerStop(other, "main", Duration.ZERO, true));
    }
    provider.stopContainer(new ContainerStop(run(attempt, 1), "other", Duration.ZERO, true));
    provider.stopContainer(new ContainerStop(run(attempt, 1), "main", LONG, true));

    ContainerObservation next = awaitRun(provider, attempt, "main", 2);
    assertThat(next.last().orElseThrow().exitCode())
        .as("had time to end by itself")
        .isEqualTo(reportedExitCode(7));
  }

  @Test
  void aRunThatIsNotToBeStartedAgainInAnyCaseFollowsItsPolicy() throws Exception {
    Provider provider = openWithRestarts();
    for (String policy : List.of("Never", "OnFailure")) {
      PodAttempt attempt = attempt("run-ended-" + policy.toLowerCase(Locale.ROOT));
      provider.create(pod(attempt, policy, main("ends", ENDS_WELL), main("stays", FOR_EVER)));
      awaitReady(provider, attempt, "ends");
      awaitRun(provider, attempt, "stays", 0);

      provider.stopContainer(new ContainerStop(attempt, "ends", LONG, false));

      await("the end of the one")
          .atMost(patience())
          .until(
              () -> seen(provider, attempt, "ends").state() instanceof ContainerState.Terminated);
      assertThat(seen(provider, attempt, "ends").restarts()).isZero();
      awaitRun(provider, attempt, "stays", 0);
    }
  }

  @Test
  void aRunThatDoesNotEndIsKilledWhenItsGraceIsOver() throws Exception {
    Provider provider = openWithRestarts();
    PodAttempt attempt = attempt("run-killed");
    provider.create(
        pod(
            attempt,
            "Always",
            main("main", "trap '' TERM; echo ready; while :; do sleep 0.1; done")));
    awaitReady(provider, attempt, "main");

    provider.stopContainer(new ContainerStop(attempt, "main", LONG, true));
    provider.stopContainer(new ContainerStop(attempt, "main", Duration.ofSeconds(1), true));

    ContainerObservation next = awaitRun(provider, attempt, "main", 1);
    assertThat(next.last().orElseThrow().exitCode()).isEqualTo(reportedExitCode(137));
  }

  @Test
  void aPolicyOfAContainersOwnCountsInsteadOfThePods() throws Exception {
    Provider provider = openWithRestarts();
    PodAttempt never = attempt("own-always");
    PodWork work = pod(never, "Never", main("loops", "exit 0"), main("ends", "exit 3"));
    provider.create(PodWorks.withOwnPolicy(work, "loops", "Always", null));
    PodAttempt always = attempt("own-never");
    work = pod(always, "Always", main("ends", "exit 3"), main("stays", FOR_EVER));
    provider.create(PodWorks.withOwnPolicy(work, "ends", "Never", null));

    assertThat(awaitLoop(provider, never, "loops").restarts()).isEqualTo(1);
    for (PodAttempt attempt : List.of(never, always)) {
      assertThat(awaitEnd(provider, attempt, "ends").exitCode()).isEqualTo(reportedExitCode(3));
      assertThat(seen(provider, attempt, "ends").restarts()).isZero();
    }
    awaitRun(provider, always, "stays", 0);
  }

  @Test
  void aRuleThatMatchesTheExitCodeStartsAContainerAgainAndElseItsPolicyCounts() throws Exception {
    Provider provider = openWithRestarts();
    String script = "if [ -e again ]; then exit 1; fi; : > again; exit 42";
    for (boolean in : new boolean[] {true, false}) {
      PodAttempt attempt = attempt(in ? "rule-in" : "rule-not-in");
      PodWork work = pod(attempt, "Always", main("main", script));
      provider.create(
          in
              ? PodWorks.withOwnPolicy(work, "main", "Never", "In", 41, 42)
              : PodWorks.withOwnPolicy(work, "main", "Never", "NotIn", 0, 1));

      assertThat(awaitEnd(provider, attempt, "main").exitCode()).isEqualTo(reportedExitCode(1));
      assertThat(seen(provider, attempt, "main").restarts()).isEqualTo(1);
    }
  }

  @Test
  void anInitContainerHasRulesToo() throws Exception {
    Provider provider = openWithRestarts();
    PodAttempt attempt = attempt("init-rule");
    String script = "if [ -e again ]; then exit 0; fi; : > again; exit 42";
    PodWork work =
        PodWorks.pod(attempt, List.of(main("init", script)), List.of(main("m", "exit 5")));
    provider.create(PodWorks.withOwnPolicy(work, "init", "Never", "NotIn", 1));

    assertThat(awaitEnd(provider, attempt, "m").exitCode()).isEqualTo(reportedExitCode(5));
    assertThat(seen(provider, attempt, "init").restarts())
        .as("not after its success, though the rule matches that")
        .isEqualTo(1);
  }

  @Test
  void whatFollowsASidecarWithAStartUpProbeStartsOnceThatIsSaidToHaveStarted() throws Exception {
    Provider provider = openWithRestarts();
    assumeTrue(provider.capabilities().has(Trait.SIDECARS), "the backend has no sidecars");
    PodAttempt attempt = attempt("awaited");
    PodWork work =
        PodWorks.pod(attempt, List.of(main("side", ENDS_WELL)), List.of(main("m", FOR_EVER)));
    provider.create(PodWorks.withStartupProbes(work, "side"));
    awaitReady(provider, attempt, "side");
    provider.stopContainer(new ContainerStop(attempt, "side", LONG, true));
    awaitRun(provider, attempt, "side", 1);

    provider.containerStarted(attempt, "side");
    provider.containerStarted(attempt("unknown"), "side");
    provider.stopContainer(new ContainerStop(run(attempt, 1), "side", LONG, true));
    awaitRun(provider, attempt, "side", 2);
    assertThat(seen(provider, attempt, "m").state())
        .as("the run that had started was over")
        .isInstanceOf(ContainerState.Waiting.class);
    provider.containerStarted(run(attempt, 2), "side");
    provider.containerStarted(run(attempt, 2), "side");

    awaitRun(provider, attempt, "m", 0);
    awaitRun(provider, attempt, "side", 2);
  }

  private static PodWork pod(PodAttempt attempt, String policy, ContainerWork... containers) {
    return PodWorks.withRestartPolicy(
        PodWorks.pod(attempt, List.of(), List.of(containers)), policy);
  }
}
