package dev.outrigger.provider.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The fake keeps the contract, and does what its script says. */
class FakeProviderTest extends ProviderContract {

  private final FakeBackend backend = new FakeBackend(Clock.systemUTC());

  @Override
  protected Provider newProvider() {
    return backend.provider("node");
  }

  @Override
  protected Optional<Provider> newProviderOfAnotherNode() {
    return Optional.of(backend.provider("other"));
  }

  @Override
  protected int startsOf(PodAttempt attempt) {
    return backend.starts(attempt);
  }

  @Override
  protected PodWork exit(PodAttempt attempt, int code) {
    return PodWorks.command(attempt, "exit", String.valueOf(code));
  }

  @Override
  protected PodWork print(PodAttempt attempt, String... lines) {
    return PodWorks.command(attempt, withVerb("print", lines));
  }

  @Override
  protected PodWork printAndSleep(PodAttempt attempt, String... lines) {
    return PodWorks.command(attempt, withVerb("print-and-sleep", lines));
  }

  @Override
  protected Optional<PodWork> killsItself(PodAttempt attempt, String signal) {
    return Optional.empty();
  }

  @Override
  protected boolean loseOutcome(PodAttempt attempt) {
    backend.end(attempt, OptionalInt.empty(), "");
    return true;
  }

  @Test
  void aLostAnswerHasItsEffect() throws Exception {
    PodWork work = sleep(PodWorks.newAttempt("lost-answer"));
    var lost = new ProviderException.Unavailable("no answer", null);
    backend.failNextAfterEffect(FakeBackend.Call.CREATE, lost);

    assertThat(catchThrowable(() -> newProvider().create(work))).isSameAs(lost);
    newProvider().create(work);

    assertThat(backend.starts()).containsExactly(java.util.Map.entry(work.attempt(), 1));
  }

  @Test
  void aFailedCallHasNoEffect() throws Exception {
    PodWork work = sleep(PodWorks.newAttempt("throttled"));
    var throttled = new ProviderException.Throttled("slow down", Optional.empty());
    backend.failNext(FakeBackend.Call.CREATE, throttled);

    assertThat(catchThrowable(() -> newProvider().create(work))).isSameAs(throttled);
    assertThat(newProvider().list()).isEmpty();
  }

  @Test
  void heldStartsAndStopsWaitForTheTest() throws Exception {
    backend.holdStarts();
    backend.holdStops();
    Provider provider = newProvider();
    PodWork work = sleep(PodWorks.newAttempt("held"));

    var created = provider.create(work);
    assertThat(created.containers().getFirst().state()).isInstanceOf(ContainerState.Waiting.class);
    backend.start(work.attempt());
    provider.delete(work.key(), Duration.ZERO);
    assertThat(backend.workload(work.attempt())).get().matches(w -> w.stopping());
    backend.end(work.attempt(), OptionalInt.of(143), "Error");
    assertThat(backend.workload(work.attempt())).get().matches(w -> w.isTerminated());
  }

  @Test
  void whatIsRemovedBehindTheAgentsBackIsReportedGone() throws Exception {
    Provider provider = newProvider();
    PodWork work = sleep(PodWorks.newAttempt("removed"));
    provider.create(work);
    RecordingSink sink = new RecordingSink();
    try (var watch = provider.watch(sink)) {
      assertThat(watch).isNotNull();
      backend.remove(work.attempt());
    }
    assertThat(sink.gone()).containsExactly(work.attempt());
  }

  private static String[] withVerb(String verb, String... lines) {
    List<String> command = new ArrayList<>();
    command.add(verb);
    Collections.addAll(command, lines);
    return command.toArray(new String[0]);
  }
}
