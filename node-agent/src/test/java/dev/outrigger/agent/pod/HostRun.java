package dev.outrigger.agent.pod;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Sidecars;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One whose containers are started again alone, as {@code Trait.CONTAINER_RESTARTS} has it: by the
 * kubelet's rules and at its pace, by a supervisor, who may be killed.
 */
final class HostRun extends SteppedRun {

  private static final Duration FIRST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final VirtualTime time;

  /** Of current runs that were asked to end: whether they start again whatever their exit code. */
  private final Map<String, Boolean> asked = new HashMap<>();

  /** The sidecars whose current run has started, as the agent says. */
  private final Set<String> told = new HashSet<>();

  private final Map<String, Duration> due = new HashMap<>();
  private final Map<String, Duration> pauses = new HashMap<>();
  private boolean unsupervised;

  HostRun(PodWork work, VirtualTime time, SteppedWords words, Watcher watcher) {
    super(work, time, words, watcher);
    this.time = time;
  }

  @Override
  boolean mayStart(ContainerObservation waiting, boolean held) {
    return !unsupervised
        && (StartOrder.neverRan(waiting)
            ? !held
            : !now().stopping() && time.passed().compareTo(due(waiting.name())) >= 0);
  }

  private Duration due(String container) {
    return due.getOrDefault(container, Duration.ZERO);
  }

  /** When the next container is due that waits to be started again. */
  Optional<Duration> nextDue() {
    return now().containers().stream()
        .filter(c -> c.state() instanceof ContainerState.Waiting && c.last().isPresent())
        .filter(c -> !unsupervised && !now().stopping())
        .map(c -> due(c.name()))
        .min(Duration::compareTo);
  }

  @Override
  boolean holds(int index, ContainerObservation init) {
    return isAwaited(index)
        ? !(init.state() instanceof ContainerState.Running) || !told.contains(init.name())
        : super.holds(index, init);
  }

  private boolean isAwaited(int index) {
    return roles().get(index) == Role.SIDECAR && Sidecars.isAwaited(spec(index));
  }

  /** Whether what waits for it may start: always, unless it is to be told. */
  boolean isTold(String container) {
    int index =
        now().containers().stream().map(ContainerObservation::name).toList().indexOf(container);
    return !isAwaited(index) || told.contains(container);
  }

  @Override
  void begin() {
    if (!unsupervised) {
      super.begin();
    }
  }

  /** By itself; with no exit code, its supervisor was killed before. */
  @Override
  void end(int index, OptionalInt code) {
    ContainerObservation c = now().containers().get(index);
    if (c.state() instanceof ContainerState.Waiting && !StartOrder.isHeld(this, index)) {
      begin();
    }
    finish(index, code);
  }

  @Override
  void loop(int index, OptionalInt code) {
    if (index < roles().size()) {
      finish(index, code);
    }
  }

  @Override
  void endAllByThemselves(OptionalInt code) {
    for (int i = 0; i < roles().size(); i++) {
      finish(i, code);
    }
  }

  private void finish(int index, OptionalInt code) {
    if (code.isEmpty() && !unsupervised) {
      orphan();
    }
    ContainerObservation c = now().containers().get(index);
    if (!(c.state() instanceof ContainerState.Running ran)) {
      return;
    }
    boolean again = !unsupervised && !now().stopping() && isAgain(index, code.orElse(1));
    var end = end(index, c, unsupervised ? OptionalInt.empty() : code, ran.startedAt());
    boolean stopped = asked.remove(c.name()) != null;
    told.remove(c.name());
    if (again) {
      Duration pause = pause(c.name(), stopped, Duration.between(ran.startedAt(), time.instant()));
      due.put(c.name(), time.passed().plus(pause));
      var waiting =
          new ContainerState.Waiting(pause.isZero() ? "ContainerCreating" : "CrashLoopBackOff", "");
      change(index, with(c, waiting, c.restarts(), Optional.of(end)));
    } else {
      change(index, c.withState(end));
    }
  }

  private boolean isAgain(int index, int code) {
    return asked.getOrDefault(spec(index).getName(), false)
        || switch (roles().get(index)) {
          case SIDECAR -> true;
          case INIT -> code != 0 && KubeletRules.restarts(spec(index), policy(), code);
          case MAIN -> KubeletRules.restarts(spec(index), policy(), code);
        };
  }

  /** At once, then after 10 s, doubling; a stop leaves no pause behind. */
  private Duration pause(String container, boolean stopped, Duration ran) {
    if (ran.compareTo(LONGEST.multipliedBy(2)) > 0) {
      pauses.remove(container);
    }
    if (stopped) {
      return Duration.ZERO;
    }
    Duration pause = pauses.getOrDefault(container, Duration.ZERO);
    Duration doubled = pause.isZero() ? FIRST : pause.multipliedBy(2);
    pauses.put(container, doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled);
    return pause;
  }

  /** Its supervisor is killed: what runs goes on, and nothing is started any more. */
  private void orphan() {
    unsupervised = true;
    List<ContainerObservation> containers = new ArrayList<>();
    for (ContainerObservation c : now().containers()) {
      containers.add(
          switch (c.state()) {
            case ContainerState.Waiting w when StartOrder.neverRan(c) -> c.withState(unstarted());
            case ContainerState.Waiting w -> ended(containers.size(), c, OptionalInt.empty());
            case ContainerState.Running r -> c;
            case ContainerState.Terminated t -> c;
          });
    }
    change(containers, now().stopping());
  }

  @Override
  Optional<ContainerState.Terminated> lastButOne(ContainerObservation c) {
    List<ContainerState.Terminated> ends = ends(c.name());
    return ends.size() < 2 ? Optional.empty() : Optional.of(ends.get(ends.size() - 2));
  }

  /** Whether this run of a container is the current one. */
  boolean isCurrent(String container, int restarts) {
    return now().containers().stream()
        .anyMatch(
            c ->
                c.name().equals(container)
                    && c.restarts() == restarts
                    && c.state() instanceof ContainerState.Running);
  }

  /** The current run is to end. */
  void ask(String container, boolean again) {
    asked.put(container, again);
  }

  boolean isAsked(String container) {
    return asked.containsKey(container);
  }

  /** What was asked to end does. */
  void askedEnds(OptionalInt code) {
    for (int i = 0; i < roles().size(); i++) {
      if (asked.containsKey(spec(i).getName())) {
        finish(i, code);
      }
    }
  }

  /** The current run of this sidecar has started. */
  void tell(String container) {
    told.add(container);
  }
}
