package dev.outrigger.agent.pod;

import dev.outrigger.agent.pod.Step.Init;
import dev.outrigger.agent.pod.Step.Name;
import dev.outrigger.agent.pod.Step.Own;
import dev.outrigger.agent.pod.Step.Policy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Schedules that {@link PodLifePropertyTest} found, as short as it made them, each of which an
 * agent once failed.
 */
final class FoundSchedulesTest {

  private static final Step CATCH_UP = new Step.CatchUp();
  private static final Step GET_ON = new Step.GetOn(Name.A);

  @Test
  void podThatIsLostWhileItInitializesHasFailed() {
    live(pod(Policy.Never, Init.ORDINARY), CATCH_UP, new Step.Kill(), new Step.Vanish(Name.A));
  }

  @Test
  void podWhoseSidecarRanIsLostAsAWhole() {
    live(pod(Policy.Always, Init.SIDECAR), CATCH_UP, GET_ON, CATCH_UP, new Step.Vanish(Name.A));
  }

  @Test
  void initContainerWhoseEndIsUnknownHoldsBackWhatFollows() {
    live(
        pod(Policy.Never, Init.SIDECAR, Init.ORDINARY),
        CATCH_UP,
        new Step.Begin(Name.A),
        new Step.End(Name.A, 1, -1));
  }

  @Test
  void endThatWasToldIsNotTakenBackByADeletion() {
    live(
        pod(Policy.Never, Init.ORDINARY),
        CATCH_UP,
        new Step.End(Name.A, 0, 0),
        CATCH_UP,
        new Step.Delete(Name.A, 5),
        new Step.StopsItself(Name.A),
        new Step.Stopped(Name.A, 143, true),
        new Step.Hear(3),
        new Step.Work(1));
  }

  @Test
  void podHasNotFailedWhileAnInitContainerRunsThatIsBeingStopped() {
    live(
        pod(Policy.Never, Init.ORDINARY, Init.ORDINARY),
        CATCH_UP,
        new Step.Begin(Name.A),
        new Step.StopsItself(Name.A),
        new Step.End(Name.A, 1, 0),
        CATCH_UP);
  }

  @Test
  void deletedPodWhoseSidecarRanWhenItWasLostIsNotPendingAgain() {
    live(
        pod(Policy.OnFailure, Init.SIDECAR),
        CATCH_UP,
        GET_ON,
        new Step.End(Name.A, 1, 0),
        new Step.Hear(3),
        new Step.Break(Step.Call.PATCH, Step.Fault.KILLED_AFTER),
        new Step.Work(1),
        new Step.Delete(Name.A, 5),
        new Step.Vanish(Name.A));
  }

  @Test
  void restartThatWasToldWithoutAnAnswerIsCountedAsTheNextAttemptIsPutOff() {
    live(
        pod(Policy.OnFailure),
        CATCH_UP,
        GET_ON,
        new Step.Loop(Name.A, 0, 1),
        new Step.WordsCome(Name.A, true),
        CATCH_UP,
        GET_ON,
        new Step.Break(Step.Call.PATCH, Step.Fault.ANSWER_LOST),
        CATCH_UP,
        new Step.End(Name.A, 0, 1));
  }

  @Test
  void whatAStopKeepsFromStartingWaitsWhileAnInitContainerStillRuns() {
    live(
        pod(Policy.Never, Init.SIDECAR, Init.ORDINARY),
        CATCH_UP,
        new Step.Begin(Name.A),
        new Step.StopsItself(Name.A),
        new Step.End(Name.A, 2, 0),
        CATCH_UP);
  }

  @Test
  void sidecarIsNotHeldBackByTheInitContainerThatFollowsIt() {
    Step.Containers containers =
        new Step.Containers(1, List.of(Init.SIDECAR, Init.ORDINARY), Step.Words.NONE);
    live(
        new Step.Create(
            Name.A, new Step.Mould(Policy.Never, containers, 20, false, false, false, false)),
        CATCH_UP,
        new Step.Pass(40),
        new Step.Begin(Name.A),
        GET_ON,
        new Step.Vanish(Name.A),
        CATCH_UP);
  }

  @Test
  void refusalThatNobodyAnsweredStaysWhateverFailsNext() {
    Step.Containers one = new Step.Containers(1, List.of(), Step.Words.NONE);
    live(
        new Step.Create(Name.A, new Step.Mould(Policy.Never, one, 0, false, false, false, true)),
        new Step.Tell(1),
        new Step.Break(Step.Call.PATCH, Step.Fault.ANSWER_LOST),
        new Step.Work(1),
        new Step.Pass(1),
        new Step.DeclareFailed(Name.A),
        new Step.Break(Step.Call.DELETE, Step.Fault.FAILS),
        new Step.Work(1));
  }

  @Test
  void attemptAfterRunsOfAnInitContainerIsStartedAndNotTakenForLost() {
    live(
        pod(Policy.OnFailure, Init.ORDINARY),
        CATCH_UP,
        new Step.Begin(Name.A),
        new Step.Loop(Name.A, 0, 1),
        CATCH_UP,
        GET_ON,
        GET_ON,
        CATCH_UP,
        new Step.End(Name.A, 3, 1));
  }

  @Test
  void containerThatSucceedsAsItIsStoppedForItsProbeHasEndedForGood() {
    live(
        pod(Policy.OnFailure, Init.SIDECAR),
        CATCH_UP,
        new Step.End(Name.A, 2, 0),
        new Step.Probe(Name.A, 1, Step.Finding.UNWELL));
  }

  @Test
  void deletedPodWhoseAttemptIsLostIsNotPendingSinceTheOneBeforeIsKnown() {
    live(
        pod(Policy.OnFailure, Init.ORDINARY),
        CATCH_UP,
        new Step.End(Name.A, 0, 1),
        CATCH_UP,
        new Step.WordsCome(Name.A, true),
        CATCH_UP,
        new Step.Begin(Name.A),
        CATCH_UP,
        CATCH_UP,
        new Step.Delete(Name.A, 5),
        new Step.Meanwhile(new Step.Vanish(Name.A)),
        new Step.Begin(Name.A),
        GET_ON,
        CATCH_UP,
        new Step.Vanish(Name.A),
        new Step.Kill());
  }

  @Test
  void ruleThatMatchesAKillMatchesAnEndThatNobodySaw() {
    liveOnHost(
        pod(Policy.Never, List.of(new Own(Policy.Never, "NotIn", List.of(1)))),
        new Step.Tell(1),
        new Step.Work(1),
        new Step.StopsItself(Name.A));
  }

  @Test
  void containerWithoutAPolicyStaysEndedBesideOneThatIsStartedAgain() {
    liveOnHost(
        pod(Policy.Never, List.of(new Own(Policy.OnFailure, "", List.of()), Own.NONE)),
        new Step.Tell(1),
        new Step.Work(1),
        new Step.StopsItself(Name.A));
  }

  @Test
  void containerThatHasEndedIsNotToldOfAsItsOwnRunBefore() {
    Step.Containers two = new Step.Containers(2, List.of(), Step.Words.NONE);
    liveOnHost(
        create(Policy.OnFailure, two),
        CATCH_UP,
        new Step.End(Name.A, 0, 1),
        new Step.Begin(Name.A),
        CATCH_UP,
        new Step.StopsItself(Name.A),
        CATCH_UP,
        new Step.End(Name.A, 0, 0),
        CATCH_UP,
        new Step.DeclareFailed(Name.A));
  }

  @Test
  void podWhoseContainersAreLostForGoodIsNotInitializedAgainForEver() {
    liveOnHost(
        pod(Policy.OnFailure, List.of(new Own(Policy.Never, "", List.of())), Init.ORDINARY),
        CATCH_UP,
        new Step.StopsItself(Name.A));
  }

  @Test
  void containerThatIsToRunAlwaysIsStartedAgainThoughItsSuccessWasTold() {
    liveOnHost(
        pod(
            Policy.Never,
            List.of(new Own(Policy.Always, "", List.of())),
            Init.SIDECAR,
            Init.ORDINARY),
        CATCH_UP,
        new Step.Begin(Name.A),
        CATCH_UP,
        GET_ON,
        CATCH_UP,
        new Step.StopsItself(Name.A),
        CATCH_UP,
        new Step.Loop(Name.A, 2, 0));
  }

  @Test
  void podIsOverOnceEachContainerIsDoneInOneAttemptOrAnother() {
    liveOnHost(
        pod(Policy.Never, List.of(Own.NONE, new Own(Policy.OnFailure, "", List.of()))),
        CATCH_UP,
        new Step.Begin(Name.A),
        new Step.StopsItself(Name.A),
        new Step.End(Name.A, 1, 1),
        new Step.End(Name.A, 0, 0),
        CATCH_UP,
        new Step.End(Name.A, 1, 0));
  }

  @Test
  void initContainerThatHasSucceededDoesNotHoldUpThePodWhenItIsLostLater() {
    liveOnHost(
        pod(Policy.Never, List.of(new Own(Policy.OnFailure, "", List.of())), Init.ORDINARY),
        CATCH_UP,
        new Step.End(Name.A, 0, 0),
        new Step.End(Name.A, 0, -1),
        CATCH_UP,
        new Step.Vanish(Name.A));
  }

  @Test
  void podThatIsLostBeforeItsDeadlineIsSeenToHavePassedHasStarted() {
    live(
        new Step.Create(
            Name.A,
            new Step.Mould(
                Policy.Never,
                new Step.Containers(1, List.of(Init.SIDECAR, Init.ORDINARY), Step.Words.NONE),
                20,
                false,
                false,
                false,
                false)),
        CATCH_UP,
        new Step.Begin(Name.A),
        GET_ON,
        CATCH_UP,
        new Step.Kill(),
        new Step.Pass(40),
        new Step.Vanish(Name.A));
  }

  @Test
  void containerWhosePostStartRunsAgainHasRunBefore() {
    Step.Containers containers =
        new Step.Containers(
            1, List.of(), Step.Words.LOG, List.of(new Own(Policy.OnFailure, "", List.of())));
    liveOnHost(
        new Step.Create(
            Name.A, new Step.Mould(Policy.Never, containers, 0, false, true, false, false)),
        CATCH_UP,
        new Step.Begin(Name.A),
        CATCH_UP,
        new Step.End(Name.A, 0, 1),
        new Step.HookEnds(Name.A, true),
        new Step.Work(1));
  }

  @Test
  void aWriteOfItsOwnWhoseAnswerWasLostIsNotTakenBack() {
    live(
        Step.Kind.ONCE,
        pod(Policy.Never),
        new Step.Tell(1),
        new Step.Delete(Name.A, 5),
        new Step.Work(1),
        new Step.Begin(Name.A),
        new Step.Hear(2),
        new Step.Break(Step.Call.PATCH, Step.Fault.ANSWER_LOST),
        new Step.Work(1),
        new Step.Pass(10));
  }

  @Test
  void aWriteOfItsOwnIsNotTakenBackWhileTheLastWordsAreAwaited() {
    live(
        Step.Kind.ONCE,
        pod(Policy.Never),
        new Step.Tell(1),
        new Step.Work(1),
        new Step.Work(1),
        new Step.ApiServerAway(),
        new Step.Work(1),
        new Step.Begin(Name.A),
        new Step.Hear(2),
        new Step.Break(Step.Call.PATCH, Step.Fault.ANSWER_LOST),
        new Step.Work(1),
        new Step.Work(1),
        new Step.End(Name.A, 0, 1),
        new Step.Work(1),
        new Step.Tell(2),
        new Step.Pass(10));
  }

  private static Step pod(Policy policy, List<Own> own, Init... inits) {
    int mains = Math.max(1, own.size());
    return create(policy, new Step.Containers(mains, List.of(inits), Step.Words.NONE, own));
  }

  private static Step create(Policy policy, Step.Containers containers) {
    return new Step.Create(
        Name.A, new Step.Mould(policy, containers, 0, false, false, false, false));
  }

  private static Step pod(Policy policy, Init... inits) {
    return create(policy, new Step.Containers(1, List.of(inits), Step.Words.LOG));
  }

  private static void live(Step... steps) {
    live(Step.Kind.TASKS, steps);
  }

  private static void liveOnHost(Step... steps) {
    live(Step.Kind.HOST, steps);
  }

  private static void live(Step.Kind kind, Step... steps) {
    List<String> told = new ArrayList<>();
    try {
      new SteppedWorld(kind, told::add).live(List.of(steps));
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(e.getMessage() + "\n" + String.join("\n", told), e);
    }
  }
}
