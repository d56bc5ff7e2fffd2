package dev.outrigger.agent.pod;

import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Workload;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A backend that does nothing by itself, and the truth about every attempt. */
final class SteppedBackend {

  /** Is told of what changes, to tell the agent of it later. */
  interface Listener {
    void observed(Workload workload);

    void gone(PodAttempt attempt);
  }

  private static final Duration REMEMBERED = Duration.ofMinutes(10);

  private final Map<PodAttempt, SteppedRun> runs = new LinkedHashMap<>();
  private final List<PodWork> later = new ArrayList<>();
  private final SteppedWords words = new SteppedWords(this);
  private final Gate gate;
  private final Clock clock;
  private final Consumer<PodWork> judge;
  private Optional<Listener> listener = Optional.empty();

  /**
   * @param judge looks at what is to be started
   */
  SteppedBackend(Gate gate, Clock clock, Consumer<PodWork> judge) {
    this.gate = gate;
    this.clock = clock;
    this.judge = judge;
  }

  void listener(Optional<Listener> latest) {
    listener = latest;
  }

  /** What containers have said. */
  SteppedWords words() {
    return words;
  }

  /** What was started of this Pod, in the order of attempts. */
  List<SteppedRun> runs(String uid) {
    return runs.values().stream()
        .filter(r -> r.attempt.key().uid().equals(uid))
        .sorted(Comparator.comparingInt(r -> r.attempt.number()))
        .toList();
  }

  List<SteppedRun> all() {
    return List.copyOf(runs.values());
  }

  Workload create(PodWork work) throws ProviderException {
    Optional<Step.Fault> fault = gate.enter(Step.Call.CREATE, work.attempt().token());
    judge.accept(work);
    if (fault.equals(Optional.of(Step.Fault.EFFECT_LATER))) {
      later.add(work);
    }
    SteppedRun known = runs.get(work.attempt());
    if (known != null && known.removed) {
      throw new ProviderException.Conflict("it ran before");
    }
    return gate.call(fault, () -> begin(work).now(), failure(fault));
  }

  private SteppedRun begin(PodWork work) {
    SteppedRun known = runs.get(work.attempt());
    if (known != null) {
      return known;
    }
    for (SteppedRun other : runs(work.key().uid())) {
      if (other.isLive()) {
        throw new AssertionError(work.attempt().token() + " starts beside " + other.now());
      }
    }
    SteppedRun run =
        new SteppedRun(work, clock, words, w -> listener.ifPresent(l -> l.observed(w)));
    runs.put(work.attempt(), run);
    return run;
  }

  void effectsCome() {
    List<PodWork> due = List.copyOf(later);
    later.clear();
    for (PodWork work : due) {
      if (!runs.containsKey(work.attempt())) {
        begin(work).late = true;
      }
    }
  }

  void delete(PodKey key) throws ProviderException {
    Optional<Step.Fault> fault = gate.enter(Step.Call.DELETE, key.uid());
    if (fault.equals(Optional.of(Step.Fault.SWALLOWED))) {
      return;
    }
    gate.call(
        fault,
        () -> {
          runs(key.uid()).stream().filter(SteppedRun::isLive).forEach(SteppedRun::stop);
          return true;
        },
        failure(fault));
  }

  List<Workload> list() throws ProviderException {
    Optional<Step.Fault> fault = gate.enter(Step.Call.LIST, "");
    return gate.call(fault, this::held, failure(fault));
  }

  List<Workload> held() {
    return runs.values().stream().filter(r -> !r.removed).map(SteppedRun::now).toList();
  }

  private static Supplier<ProviderException> failure(Optional<Step.Fault> fault) {
    return () ->
        fault.equals(Optional.of(Step.Fault.THROTTLED))
            ? new ProviderException.Throttled("too many", Optional.empty())
            : new ProviderException.Unavailable("no answer", null);
  }

  void remove(SteppedRun run) {
    if (run.isLive()) {
      run.endAll(OptionalInt.empty());
    }
    run.removed = true;
    listener.ifPresent(l -> l.gone(run.attempt));
  }

  /** Forgets what ended long ago. */
  void expire() {
    for (SteppedRun run : all()) {
      if (!run.removed && run.now().isTerminated() && isOld(run.now())) {
        run.removed = true;
        listener.ifPresent(l -> l.gone(run.attempt));
      }
    }
  }

  private boolean isOld(Workload ended) {
    return RestartBackOff.finished(ended).plus(REMEMBERED).isBefore(clock.instant());
  }
}
