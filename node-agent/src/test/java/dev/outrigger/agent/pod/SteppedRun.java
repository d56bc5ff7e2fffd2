package dev.outrigger.agent.pod;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Workload;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Something that was started, and all that was ever to be seen of it. Its containers come to run in
 * the order that {@code Sidecars} says, and end as they are made to.
 */
class SteppedRun extends RunHistory {

  /** Is told of what happens to it. */
  interface Watcher {
    void changed(Workload workload);

    /** A run of a container is about to start. */
    void starts(SteppedRun run, String container);
  }

  private final Clock clock;
  private final SteppedWords words;
  private final Watcher watcher;

  SteppedRun(PodWork work, Clock clock, SteppedWords words, Watcher watcher) {
    super(work);
    this.clock = clock;
    this.words = words;
    this.watcher = watcher;
    change(
        specs().stream()
            .map(
                c ->
                    new ContainerObservation(
                        c.getName(), new ContainerState.Waiting("ContainerCreating", "")))
            .toList(),
        false);
  }

  /** What may run now comes to run; what never can has ended without. */
  void begin() {
    List<ContainerObservation> containers = new ArrayList<>();
    boolean held = now().stopping() && hasInits();
    boolean failed = false;
    for (ContainerObservation c : now().containers()) {
      Role role = roles().get(containers.size());
      ContainerObservation next = c;
      if (failed && StartOrder.neverRan(c)) {
        next = c.withState(unstarted());
      } else if (c.state() instanceof ContainerState.Waiting && mayStart(c, held)) {
        next = started(c);
      }
      containers.add(next);
      failed |= role != Role.MAIN && StartOrder.isFailure(role, next.state());
      held |= role != Role.MAIN && holds(containers.size() - 1, next);
    }
    change(containers, now().stopping());
  }

  boolean mayStart(ContainerObservation waiting, boolean held) {
    return !held;
  }

  /** Whether what follows this init container has to wait for it. */
  boolean holds(int index, ContainerObservation init) {
    return StartOrder.holds(roles().get(index), init);
  }

  private ContainerObservation started(ContainerObservation waiting) {
    starts(waiting.name(), clock.instant());
    int restarts = waiting.restarts() + (waiting.last().isPresent() ? 1 : 0);
    var running = new ContainerState.Running(clock.instant());
    return with(waiting, running, restarts, waiting.last());
  }

  private void starts(String container, Instant at) {
    watcher.starts(this, container);
    started(container, at);
  }

  static ContainerObservation with(
      ContainerObservation of,
      ContainerState state,
      int restarts,
      Optional<ContainerState.Terminated> last) {
    return new ContainerObservation(
        of.name(), state, of.containerId(), of.imageId(), restarts, last);
  }

  /** A run of a container ends, and it waits for the next, if it is to run again. */
  void loop(int index, OptionalInt code) {
    if (now().stopping()
        || index >= roles().size()
        || !(now().containers().get(index).state() instanceof ContainerState.Running ran)) {
      return;
    }
    boolean badly = code.orElse(1) != 0;
    boolean again =
        switch (roles().get(index)) {
          case SIDECAR -> true;
          case INIT -> badly && !policy().equals("Never");
          case MAIN -> policy().equals("Always") || (policy().equals("OnFailure") && badly);
        };
    if (again) {
      ContainerObservation c = now().containers().get(index);
      var waiting = new ContainerState.Waiting("CrashLoopBackOff", "back-off 10s");
      var end = end(index, c, code, ran.startedAt());
      change(index, with(c, waiting, c.restarts(), Optional.of(end)));
    }
  }

  /** A container ends by itself, if it can: a sidecar only once nothing is left beside it. */
  void end(int index, OptionalInt code) {
    ContainerObservation c = now().containers().get(index);
    boolean goesOn =
        roles().get(index) == Role.SIDECAR && !now().stopping() && !hasEnded(Role.MAIN);
    if (goesOn) {
      loop(index, code);
    } else if (!StartOrder.isHeld(this, index) || isStoppingWhileRunning()) {
      change(index, ended(index, c, code));
    }
  }

  /** What never came to run may be told to have ended before the rest has. */
  private boolean isStoppingWhileRunning() {
    return now().stopping()
        && now().containers().stream().anyMatch(c -> c.state() instanceof ContainerState.Running);
  }

  /** Everything ends at once, in the order in which it would have come to run. */
  void endAll(OptionalInt code) {
    List<ContainerObservation> containers = new ArrayList<>();
    boolean held = false;
    for (ContainerObservation c : now().containers()) {
      int index = containers.size();
      Role role = roles().get(index);
      ContainerObservation next =
          held && StartOrder.neverRan(c) ? c.withState(unstarted()) : ended(index, c, code);
      containers.add(next);
      held |= role == Role.INIT && StartOrder.isFailure(role, next.state());
    }
    change(containers, now().stopping());
  }

  /** What is stopped ends: sidecars after all others, the last one first. */
  void stopped(OptionalInt code) {
    List<ContainerObservation> containers = new ArrayList<>(now().containers());
    boolean ended = false;
    for (int i = 0; i < containers.size(); i++) {
      boolean live = !(containers.get(i).state() instanceof ContainerState.Terminated);
      if (roles().get(i) != Role.SIDECAR && live) {
        containers.set(i, ended(i, containers.get(i), code));
        ended = true;
      }
    }
    for (int i = containers.size() - 1; i >= 0 && !ended; i--) {
      if (!(containers.get(i).state() instanceof ContainerState.Terminated)) {
        containers.set(i, ended(i, containers.get(i), code));
        ended = true;
      }
    }
    change(containers, now().stopping());
  }

  /** What waits to be started again has ended as its last run did. */
  ContainerObservation ended(int index, ContainerObservation c, OptionalInt code) {
    return switch (c.state()) {
      case ContainerState.Terminated t -> c;
      case ContainerState.Running r -> c.withState(end(index, c, code, r.startedAt()));
      case ContainerState.Waiting w when c.last().isPresent() ->
          with(c, c.last().get(), c.restarts(), lastButOne(c));
      // What is stopped before it ran has no exit code; what ends by itself has run.
      case ContainerState.Waiting w when now().stopping() -> c.withState(unstarted());
      case ContainerState.Waiting w -> {
        starts(c.name(), clock.instant());
        yield c.withState(end(index, c, code, clock.instant()));
      }
    };
  }

  /** What is told of the run before, once one that was to be started again has ended for good. */
  Optional<ContainerState.Terminated> lastButOne(ContainerObservation c) {
    return Optional.empty();
  }

  /** Everything ends at once, and nobody has asked for it. */
  void endAllByThemselves(OptionalInt code) {
    endAll(code);
  }

  final ContainerState.Terminated end(
      int index, ContainerObservation c, OptionalInt code, Instant since) {
    Instant at = clock.instant();
    Optional<String> written = words.said(this, spec(index), c.restarts(), code, at);
    var end = new ContainerState.Terminated(code, "", "", Optional.of(since), at, written);
    ended(c.name(), end);
    return end;
  }

  final ContainerState unstarted() {
    return new ContainerState.Terminated(
        OptionalInt.empty(), "", "", Optional.empty(), clock.instant());
  }

  /** The backend is on its way to end it. */
  void stop() {
    change(now().containers(), true);
  }

  final void change(int index, ContainerObservation changed) {
    List<ContainerObservation> containers = new ArrayList<>(now().containers());
    containers.set(index, changed);
    change(containers, now().stopping());
  }

  final void change(List<ContainerObservation> containers, boolean stopping) {
    Workload now =
        new Workload(
            attempt, attempt.token(), containers, Optional.empty(), stopping, Optional.empty());
    if (history.isEmpty() || !now().equals(now)) {
      history.add(now);
      watcher.changed(now);
    }
  }
}
