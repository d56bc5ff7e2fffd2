package dev.outrigger.agent.pod;

import dev.outrigger.provider.ContainerStop;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A backend that does nothing by itself, and the truth about every attempt. */
final class SteppedBackend {

  /** Is told of what changes, to tell the agent of it later. */
  interface Listener {
    void observed(Workload workload);

    void gone(PodAttempt attempt);
  }

  /** Looks at what the agent asks for, before it has its effect. */
  interface Judge {
    void starting(PodWork work);

    void starts(SteppedRun run, String container);

    void stopping(HostRun run, ContainerStop stop, int restarts);

    void started(HostRun run, String container, int restarts);

    void ending(HostRun run);
  }

  private interface OnRun {
    void act(HostRun run, int restarts);
  }

  private static final Duration REMEMBERED = Duration.ofMinutes(10);

  private final Map<PodAttempt, SteppedRun> runs = new LinkedHashMap<>();
  private final List<PodWork> later = new ArrayList<>();
  private final SteppedWords words = new SteppedWords(this);
  private final Gate gate;
  private final Step.Kind kind;
  private final SteppedFindings findings = new SteppedFindings();
  private final VirtualTime time;
  private final Judge judge;
  private Optional<Listener> listener = Optional.empty();

  SteppedBackend(Step.Kind kind, Gate gate, VirtualTime time, Judge judge) {
    this.kind = kind;
    this.gate = gate;
    this.time = time;
    this.judge = judge;
  }

  void listener(Optional<Listener> latest) {
    listener = latest;
  }

  /** What containers have said. */
  SteppedWords words() {
    return words;
  }

  /** What probes and hooks have found of it. */
  SteppedFindings findings() {
    return findings;
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
    judge.starting(work);
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
        kind == Step.Kind.HOST
            ? new HostRun(work, time, words, new Told())
            : new SteppedRun(work, time, words, new Told());
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
          runs(key.uid()).stream().filter(SteppedRun::isLive).forEach(this::stop);
          return true;
        },
        failure(fault));
  }

  private void stop(SteppedRun run) {
    if (run instanceof HostRun host && !host.late) {
      judge.ending(host);
    }
    run.stop();
  }

  void stopContainer(ContainerStop stop) throws ProviderException {
    onRun(
        Step.Call.STOP_RUN,
        stop.run(),
        stop.container(),
        (run, restarts) -> {
          judge.stopping(run, stop, restarts);
          run.ask(stop.container(), stop.again());
        });
  }

  void containerStarted(PodAttempt run, String container) throws ProviderException {
    onRun(
        Step.Call.TELL_STARTED,
        run,
        container,
        (host, restarts) -> {
          judge.started(host, container, restarts);
          host.tell(container);
        });
  }

  /** Nothing happens if that run is not the current one. */
  private void onRun(Step.Call call, PodAttempt asked, String container, OnRun action)
      throws ProviderException {
    Optional<Step.Fault> fault = gate.enter(call, asked.token() + " " + container);
    if (fault.equals(Optional.of(Step.Fault.SWALLOWED))) {
      return;
    }
    gate.call(
        fault,
        () -> {
          runs(asked.key().uid()).reversed().stream()
              .filter(r -> r.attempt.number() <= asked.number())
              .findFirst()
              .filter(r -> r.isLive() && !r.now().stopping())
              .map(HostRun.class::cast)
              .ifPresent(r -> onCurrent(r, container, asked.number(), action));
          return true;
        },
        failure(fault));
  }

  private static void onCurrent(HostRun run, String container, int number, OnRun action) {
    int restarts = number - run.attempt.number();
    if (run.isCurrent(container, restarts)) {
      action.act(run, restarts);
    }
  }

  /** When the next container is due to be started again, since the beginning. */
  Optional<Duration> nextDue() {
    return runs.values().stream()
        .filter(SteppedRun::isLive)
        .flatMap(r -> r instanceof HostRun host ? host.nextDue().stream() : Stream.empty())
        .min(Duration::compareTo);
  }

  /** Of this run, if it is one. */
  static Optional<Duration> nextDue(SteppedRun run) {
    return run instanceof HostRun host ? host.nextDue() : Optional.empty();
  }

  private final class Told implements SteppedRun.Watcher {
    @Override
    public void changed(Workload workload) {
      listener.ifPresent(l -> l.observed(workload));
    }

    @Override
    public void starts(SteppedRun run, String container) {
      judge.starts(run, container);
    }
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
    return RestartBackOff.finished(ended).plus(REMEMBERED).isBefore(time.instant());
  }
}
