package dev.outrigger.agent.pod;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Workload;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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

  /** Something that was started, and all that was ever to be seen of it. */
  static final class Run {
    final PodAttempt attempt;
    final String policy;
    final List<Workload> history = new ArrayList<>();
    boolean removed;
    boolean late;

    Run(PodAttempt attempt, String policy) {
      this.attempt = attempt;
      this.policy = policy;
    }

    /** The highest restart count that is so of it. */
    int latestRun() {
      return attempt.number() + MainContainers.restarts(null, now());
    }

    Workload now() {
      return history.getLast();
    }

    /** Whether it runs, as somebody who asks may know. */
    boolean isKnownLive() {
      return isLive() && !late;
    }

    boolean isLive() {
      return !removed && !now().isTerminated();
    }
  }

  private static final Duration REMEMBERED = Duration.ofMinutes(10);

  private final Map<PodAttempt, Run> runs = new LinkedHashMap<>();
  private final List<PodWork> later = new ArrayList<>();
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

  /** What was started of this Pod, in the order of attempts. */
  List<Run> runs(String uid) {
    return runs.values().stream()
        .filter(r -> r.attempt.key().uid().equals(uid))
        .sorted(Comparator.comparingInt(r -> r.attempt.number()))
        .toList();
  }

  List<Run> all() {
    return List.copyOf(runs.values());
  }

  Workload create(PodWork work) throws ProviderException {
    Optional<Step.Fault> fault = gate.enter(Step.Call.CREATE, work.attempt().token());
    judge.accept(work);
    if (fault.equals(Optional.of(Step.Fault.EFFECT_LATER))) {
      later.add(work);
    }
    Run known = runs.get(work.attempt());
    if (known != null && known.removed) {
      throw new ProviderException.Conflict("it ran before");
    }
    return gate.call(fault, () -> begin(work).now(), failure(fault));
  }

  private Run begin(PodWork work) {
    Run known = runs.get(work.attempt());
    if (known != null) {
      return known;
    }
    for (Run other : runs(work.key().uid())) {
      if (other.isLive()) {
        throw new AssertionError(work.attempt().token() + " starts beside " + other.now());
      }
    }
    Run run = new Run(work.attempt(), work.pod().getSpec().getRestartPolicy());
    runs.put(work.attempt(), run);
    List<ContainerObservation> containers =
        work.containers().stream()
            .map(
                c ->
                    new ContainerObservation(
                        c.name(), new ContainerState.Waiting("ContainerCreating", "")))
            .toList();
    change(run, containers, false);
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
          runs(key.uid()).stream()
              .filter(Run::isLive)
              .forEach(r -> change(r, r.now().containers(), true));
          return true;
        },
        failure(fault));
  }

  List<Workload> list() throws ProviderException {
    Optional<Step.Fault> fault = gate.enter(Step.Call.LIST, "");
    return gate.call(fault, this::held, failure(fault));
  }

  List<Workload> held() {
    return runs.values().stream().filter(r -> !r.removed).map(Run::now).toList();
  }

  private static Supplier<ProviderException> failure(Optional<Step.Fault> fault) {
    return () ->
        fault.equals(Optional.of(Step.Fault.THROTTLED))
            ? new ProviderException.Throttled("too many", Optional.empty())
            : new ProviderException.Unavailable("no answer", null);
  }

  void begin(Run run) {
    each(run, (c, i) -> c.state() instanceof ContainerState.Waiting ? started(c) : c);
  }

  private ContainerObservation started(ContainerObservation waiting) {
    int restarts = waiting.restarts() + (waiting.last().isPresent() ? 1 : 0);
    return with(waiting, running(), restarts, waiting.last());
  }

  private static ContainerObservation with(
      ContainerObservation of,
      ContainerState state,
      int restarts,
      Optional<ContainerState.Terminated> last) {
    return new ContainerObservation(
        of.name(), state, of.containerId(), of.imageId(), restarts, last);
  }

  /** A run of a container ends, and it waits for the next. */
  void loop(Run run, int container, int code) {
    boolean again = run.policy.equals("Always") || (run.policy.equals("OnFailure") && code != 0);
    if (again && !run.now().stopping()) {
      each(
          run,
          (c, i) ->
              i == container && c.state() instanceof ContainerState.Running r
                  ? looping(c, r, code)
                  : c);
    }
  }

  private ContainerObservation looping(
      ContainerObservation container, ContainerState.Running ran, int code) {
    var end =
        new ContainerState.Terminated(
            OptionalInt.of(code), "", "", Optional.of(ran.startedAt()), clock.instant());
    var waiting = new ContainerState.Waiting("CrashLoopBackOff", "back-off 10s");
    return with(container, waiting, container.restarts(), Optional.of(end));
  }

  private ContainerState running() {
    return new ContainerState.Running(clock.instant());
  }

  /**
   * @param container its index; all for one that there is none of
   */
  void end(Run run, int container, OptionalInt code) {
    boolean all = container >= run.now().containers().size();
    each(run, (c, i) -> all || i == container ? ended(c, code, run.now().stopping()) : c);
  }

  /** What waits to be started again has ended as its last run did. */
  private ContainerObservation ended(ContainerObservation c, OptionalInt code, boolean stopping) {
    return c.state() instanceof ContainerState.Waiting && c.last().isPresent()
        ? with(c, c.last().get(), c.restarts(), Optional.empty())
        : c.withState(ended(c.state(), code, stopping));
  }

  /** What is stopped before it ran has no exit code; what ends by itself has run. */
  private ContainerState ended(ContainerState state, OptionalInt code, boolean stopping) {
    Instant now = clock.instant();
    return switch (state) {
      case ContainerState.Terminated t -> t;
      case ContainerState.Running r ->
          new ContainerState.Terminated(code, "", "", Optional.of(r.startedAt()), now);
      case ContainerState.Waiting w ->
          new ContainerState.Terminated(
              stopping ? OptionalInt.empty() : code,
              "",
              "",
              stopping ? Optional.empty() : Optional.of(now),
              now);
    };
  }

  void remove(Run run) {
    end(run, Integer.MAX_VALUE, OptionalInt.empty());
    run.removed = true;
    listener.ifPresent(l -> l.gone(run.attempt));
  }

  /** Forgets what ended long ago. */
  void expire() {
    for (Run run : all()) {
      if (!run.removed && run.now().isTerminated() && isOld(run.now())) {
        run.removed = true;
        listener.ifPresent(l -> l.gone(run.attempt));
      }
    }
  }

  private boolean isOld(Workload ended) {
    return RestartBackOff.finished(ended).plus(REMEMBERED).isBefore(clock.instant());
  }

  private interface NewState {
    ContainerObservation of(ContainerObservation container, int index);
  }

  private void each(Run run, NewState change) {
    if (run.isLive()) {
      List<ContainerObservation> containers = new ArrayList<>();
      for (ContainerObservation c : run.now().containers()) {
        containers.add(change.of(c, containers.size()));
      }
      change(run, containers, run.now().stopping());
    }
  }

  private void change(Run run, List<ContainerObservation> containers, boolean stopping) {
    Workload now =
        new Workload(
            run.attempt,
            run.attempt.token(),
            containers,
            Optional.empty(),
            stopping,
            Optional.empty());
    if (run.history.isEmpty() || !run.now().equals(now)) {
      run.history.add(now);
      listener.ifPresent(l -> l.observed(now));
    }
  }
}
