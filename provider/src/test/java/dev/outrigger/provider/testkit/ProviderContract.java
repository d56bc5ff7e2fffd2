package dev.outrigger.provider.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.NodeState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * The contract that every {@link Provider} keeps, as tests. A provider's module extends this class
 * in its own tests, with a backend that is new for each test or shared: every test uses Pods of its
 * own.
 */
public abstract class ProviderContract extends FileKeyContract {

  @Test
  void createdTwiceItIsStartedOnce() throws Exception {
    Provider provider = open();
    PodWork work = sleep(attempt("twice"));

    Workload first = provider.create(work);
    Workload second = provider.create(work);
    awaitRunning(provider, work.attempt());

    assertThat(first.attempt()).isEqualTo(work.attempt());
    assertThat(second.handle()).isEqualTo(first.handle());
    assertThat(startsOf(work.attempt())).isEqualTo(1);
  }

  @Test
  void createdByManyAtOnceItIsStartedOnce() throws Exception {
    List<Provider> providers = List.of(open(), open());
    PodWork work = sleep(attempt("crowd"));
    List<Callable<Workload>> calls = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      Provider provider = providers.get(i % 2);
      calls.add(() -> provider.create(work));
    }

    List<Workload> answers = atOnce(calls);
    awaitRunning(providers.getFirst(), work.attempt());

    assertThat(answers).extracting(Workload::handle).containsOnly(answers.getFirst().handle());
    assertThat(startsOf(work.attempt())).isEqualTo(1);
    assertThat(providers.getFirst().list()).filteredOn(w -> w.key().equals(work.key())).hasSize(1);
  }

  @Test
  void createdAfterItEndedItIsNotStartedAgain() throws Exception {
    Provider provider = open();
    PodWork work = exit(attempt("ended"), 0);
    provider.create(work);
    awaitTerminated(provider, work.attempt());

    Workload again = provider.create(work);
    Workload afterRestart = open().create(work);

    assertThat(again.isTerminated()).isTrue();
    assertThat(afterRestart.isTerminated()).isTrue();
    assertThat(startsOf(work.attempt())).isEqualTo(1);
  }

  @Test
  void theNextAttemptIsAWorkloadOfItsOwn() throws Exception {
    Provider provider = open();
    PodAttempt first = attempt("again");
    provider.create(exit(first, 3));
    awaitTerminated(provider, first);
    PodAttempt second = PodWorks.next(first);

    provider.create(exit(second, 0));
    ContainerState.Terminated end = awaitTerminated(provider, second);

    assertThat(end.exitCode()).isEqualTo(reportedExitCode(0));
    assertThat(startsOf(first)).isEqualTo(1);
    assertThat(startsOf(second)).isEqualTo(1);
  }

  @Test
  void deletedTwiceAndUnknownIsNoError() throws Exception {
    Provider provider = open();
    PodWork work = sleep(attempt("deleted"));
    provider.create(work);
    awaitRunning(provider, work.attempt());

    provider.delete(work.key(), Duration.ZERO);
    provider.delete(work.key(), Duration.ZERO);
    awaitTerminated(provider, work.attempt());
    provider.delete(work.key(), Duration.ofSeconds(1));

    provider.delete(attempt("unknown").key(), Duration.ZERO);
    assertThat(find(provider, work.attempt())).isPresent();
  }

  @Test
  void deletedWhileItIsCreatedItEndsAndNothingIsLeft() throws Exception {
    Provider provider = open();
    PodWork work = sleep(attempt("race"));
    List<Callable<Optional<Workload>>> calls =
        List.of(
            () -> createOrConflict(provider, work),
            () -> {
              provider.delete(work.key(), Duration.ZERO);
              return Optional.empty();
            });

    atOnce(calls);
    provider.delete(work.key(), Duration.ZERO);

    await()
        .atMost(patience())
        .until(() -> find(provider, work.attempt()).map(Workload::isTerminated).orElse(true));
    assertThat(startsOf(work.attempt())).isLessThanOrEqualTo(1);
  }

  @Test
  void anotherInstanceListsAndEndsWhatTheFirstStarted() throws Exception {
    Provider before = open();
    PodWork running = sleep(attempt("survivor"));
    PodWork ended = exit(attempt("ended-before"), 3);
    Workload created = before.create(running);
    before.create(ended);
    awaitRunning(before, running.attempt());
    awaitTerminated(before, ended.attempt());
    before.close();

    Provider after = open();
    Workload adopted = awaitRunning(after, running.attempt());

    assertThat(adopted.handle()).isEqualTo(created.handle());
    assertThat(adopted.key().namespacedName()).isEqualTo("default/survivor");
    assertThat(awaitTerminated(after, ended.attempt()).exitCode()).isEqualTo(reportedExitCode(3));
    after.delete(running.key(), Duration.ZERO);
    awaitTerminated(after, running.attempt());
    assertThat(startsOf(running.attempt())).isEqualTo(1);
  }

  @Test
  void aContainerThatEndsByItselfKeepsItsExitCode() throws Exception {
    Provider provider = open();
    PodWork good = exit(attempt("good"), 0);
    PodWork bad = exit(attempt("bad"), 3);
    provider.create(good);
    provider.create(bad);

    var goodEnd = awaitTerminated(provider, good.attempt());
    var badEnd = awaitTerminated(provider, bad.attempt());

    assertThat(goodEnd.exitCode()).isEqualTo(reportedExitCode(0));
    assertThat(badEnd.exitCode()).isEqualTo(reportedExitCode(3));
    badEnd.startedAt().ifPresent(s -> assertThat(s).isBeforeOrEqualTo(badEnd.finishedAt()));
  }

  @Test
  void aContainerKilledByASignalHasTheSignalInItsExitCode() throws Exception {
    assertThat(endBySignal("KILL")).isEqualTo(reportedExitCode(137));
  }

  /** As what somebody's shell has put into the background would. */
  @Test
  void aContainersProgramIgnoresNoSignal() throws Exception {
    assertThat(endBySignal("INT")).isEqualTo(reportedExitCode(130));
  }

  private OptionalInt endBySignal(String signal) throws Exception {
    Provider provider = open();
    PodAttempt attempt = attempt("suicide");
    Optional<PodWork> work = killsItself(attempt, signal);
    assumeTrue(work.isPresent(), "the backend has no such signal");
    provider.create(work.get());
    return awaitTerminated(provider, attempt).exitCode();
  }

  @Test
  void aContainerDeletedWithoutGraceIsReportedAsKilled() throws Exception {
    Provider provider = open();
    PodWork work = sleep(attempt("killed"));
    provider.create(work);
    awaitRunning(provider, work.attempt());
    provider.delete(work.key(), Duration.ZERO);

    assertThat(awaitTerminated(provider, work.attempt()).exitCode()).isEqualTo(exitCodeOfKilled());
  }

  @Test
  void anUnknownOutcomeIsUnknownAndNeverSuccess() throws Exception {
    Provider provider = open();
    PodWork work = sleep(attempt("lost"));
    provider.create(work);
    awaitRunning(provider, work.attempt());
    assumeTrue(loseOutcome(work.attempt()), "the backend cannot lose an outcome");

    assertThat(awaitTerminated(provider, work.attempt()).exitCode()).isEmpty();
  }

  @Test
  void whatCannotBeHonouredIsRefusedWithItsPath() throws Exception {
    Provider provider = open();
    PodWork work = refused(attempt("refused"));

    assertRefused(catchThrowable(() -> provider.checkFields(work.pod())));
    assertRefused(catchThrowable(() -> provider.check(work)));
    assertRefused(catchThrowable(() -> provider.create(work)));
    assertThat(startsOf(work.attempt())).isZero();
    assertThat(find(provider, work.attempt())).isEmpty();
  }

  @Test
  void aPlainPodIsNotRefused() throws Exception {
    open().check(sleep(PodWorks.newAttempt("plain")));
  }

  @Test
  void whatTheBackendTellsOfItselfIsAmountsAndNamedImages() throws Exception {
    Provider provider = open();
    assumeTrue(provider.nodeState().isPresent(), "the backend tells nothing of itself");

    NodeState state = provider.nodeState().orElseThrow().state();

    assertThat(state.allocatable().values())
        .allSatisfy(a -> assertThat(new Quantity(a).getNumericalAmount()).isNotNegative());
    assertThat(state.images())
        .allSatisfy(image -> assertThat(image.names()).doesNotContain("").isNotEmpty());
  }

  @Test
  void changedFilesReachARunningContainer() throws Exception {
    Provider provider = open();
    assumeTrue(
        provider.capabilities().has(Trait.LIVE_VOLUMES), "the backend takes no changed files");
    PodAttempt attempt = attempt("volumes");
    String wait = "while [ $(cat /outrigger-contract/colour) != blue ]; do sleep 0.1; done";
    PodWork work = PodWorks.withFile(PodWorks.shell(attempt, wait), "/outrigger-contract", "red");
    provider.create(work);
    awaitRunning(provider, attempt);

    provider.updateVolumes(attempt, List.of(PodWorks.volume("blue")));

    assertThat(awaitTerminated(provider, attempt).exitCode()).isEqualTo(reportedExitCode(0));
    provider.updateVolumes(attempt, List.of(PodWorks.volume("green")));
    provider.updateVolumes(PodWorks.newAttempt("unknown"), List.of(PodWorks.volume("green")));
  }

  @Test
  void aWatchStartsWithWhatListAnswersAndStopsWhenClosed() throws Exception {
    Provider provider = open();
    PodWork before = sleep(attempt("before-the-watch"));
    provider.create(before);
    awaitRunning(provider, before.attempt());
    RecordingSink sink = new RecordingSink();

    var watch = provider.watch(sink);
    await().atMost(patience()).until(() -> !sink.of(before.attempt()).isEmpty());
    watch.close();
    watch.close();
    int seen = sink.of(before.attempt()).size();
    provider.delete(before.key(), Duration.ZERO);
    awaitTerminated(provider, before.attempt());

    assertThat(sink.of(before.attempt())).hasSize(seen);
  }

  @Test
  void aWatchReportsAContainersLifeInOrderToItsEnd() throws Exception {
    Provider provider = open();
    RecordingSink sink = new RecordingSink();
    PodWork work = exit(attempt("watched"), 3);
    try (var watch = provider.watch(sink)) {
      assertThat(watch).isNotNull();
      provider.create(work);
      await()
          .atMost(patience())
          .until(() -> sink.of(work.attempt()).stream().anyMatch(Workload::isTerminated));
    }

    List<Integer> order = sink.of(work.attempt()).stream().map(ProviderContract::rank).toList();
    assertThat(order).isSorted().endsWith(2);
    assertThat(sink.gone()).doesNotContain(work.attempt());
  }

  @Test
  void anotherNodesWorkloadsAreNotSeenOrTouched() throws Exception {
    Optional<Provider> other = newProviderOfAnotherNode().map(this::opened);
    assumeTrue(other.isPresent(), "the backend serves one node");
    Provider provider = open();
    PodWork work = sleep(attempt("mine"));
    provider.create(work);
    awaitRunning(provider, work.attempt());

    other.get().delete(work.key(), Duration.ZERO);

    assertThat(find(other.get(), work.attempt())).isEmpty();
    assertThat(find(provider, work.attempt())).get().matches(ContractFixture::isRunning);
  }

  private static Optional<Workload> createOrConflict(Provider provider, PodWork work)
      throws ProviderException {
    try {
      return Optional.of(provider.create(work));
    } catch (ProviderException.Conflict deletedFirst) {
      return Optional.empty();
    }
  }

  private void assertRefused(Throwable refusal) {
    assertThat(refusal)
        .isInstanceOfAny(ProviderException.Unsupported.class, ProviderException.Invalid.class);
    String path =
        switch (refusal) {
          case ProviderException.Unsupported u -> u.path();
          case ProviderException.Invalid i -> i.path();
          default -> "";
        };
    assertThat(path).isEqualTo(refusedPath());
  }

  private static int rank(Workload workload) {
    return switch (workload.containers().getLast().state()) {
      case ContainerState.Waiting w -> 0;
      case ContainerState.Running r -> 1;
      case ContainerState.Terminated t -> 2;
    };
  }

  private static <T> List<T> atOnce(List<Callable<T>> calls) throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    List<Future<T>> futures = new ArrayList<>();
    List<T> answers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Callable<T> call : calls) {
        futures.add(
            threads.submit(
                () -> {
                  gate.await();
                  return call.call();
                }));
      }
      gate.countDown();
      for (Future<T> future : futures) {
        answers.add(future.get());
      }
    }
    return answers;
  }
}
