package dev.outrigger.agent.pod;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Sidecars;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Container;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Something that was started, and all that was ever to be seen of it. Its containers come to run in
 * the order that {@code Sidecars} says, and end as they are made to.
 */
final class SteppedRun {

  /** What a container is to its Pod. */
  enum Role {
    INIT,
    SIDECAR,
    MAIN
  }

  final PodAttempt attempt;
  final List<Workload> history = new ArrayList<>();
  boolean removed;
  boolean late;
  private final List<Container> specs;
  private final List<Role> roles;
  private final String policy;
  private final Clock clock;
  private final SteppedWords words;
  private final Consumer<Workload> listener;

  /**
   * @param listener is told whenever it is another
   */
  SteppedRun(PodWork work, Clock clock, SteppedWords words, Consumer<Workload> listener) {
    this.attempt = work.attempt();
    var spec = work.pod().getSpec();
    this.specs =
        Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream()).toList();
    this.roles =
        Stream.concat(
                spec.getInitContainers().stream()
                    .map(c -> Sidecars.is(c) ? Role.SIDECAR : Role.INIT),
                spec.getContainers().stream().map(c -> Role.MAIN))
            .toList();
    this.policy = spec.getRestartPolicy();
    this.clock = clock;
    this.words = words;
    this.listener = listener;
    change(
        specs.stream()
            .map(
                c ->
                    new ContainerObservation(
                        c.getName(), new ContainerState.Waiting("ContainerCreating", "")))
            .toList(),
        false);
  }

  Workload now() {
    return history.getLast();
  }

  /** What there is of this kind of containers. */
  List<ContainerObservation> now(Role role) {
    List<ContainerObservation> found = new ArrayList<>();
    for (int i = 0; i < roles.size(); i++) {
      if (roles.get(i) == role) {
        found.add(now().containers().get(i));
      }
    }
    return found;
  }

  List<Role> roles() {
    return roles;
  }

  boolean hasInits() {
    return roles.getFirst() != Role.MAIN;
  }

  Role role(String container) {
    return roles.get(specs.stream().map(Container::getName).toList().indexOf(container));
  }

  /** How often this container was started again by itself. */
  int restarts(String container) {
    return now().containers().stream()
        .filter(c -> c.name().equals(container))
        .mapToInt(ContainerObservation::restarts)
        .sum();
  }

  /** The highest restart count that is so of a main container. */
  int latestRun() {
    return attempt.number() + restarts(Role.MAIN);
  }

  /** The highest that is so of any whose runs are numbered with the attempts. */
  int highestNumber() {
    return attempt.number() + Math.max(restarts(Role.MAIN), restarts(Role.INIT));
  }

  private int restarts(Role role) {
    return now(role).stream().mapToInt(ContainerObservation::restarts).max().orElse(0);
  }

  /** Whether it runs, as somebody who asks may know. */
  boolean isKnownLive() {
    return isLive() && !late;
  }

  boolean isLive() {
    return !removed && !now().isTerminated();
  }

  /** What may run now comes to run; what never can has ended without. */
  void begin() {
    List<ContainerObservation> containers = new ArrayList<>();
    boolean held = now().stopping() && hasInits();
    boolean failed = false;
    for (ContainerObservation c : now().containers()) {
      Role role = roles.get(containers.size());
      ContainerObservation next = c;
      if (failed && StartOrder.neverRan(c)) {
        next = c.withState(unstarted());
      } else if (!held && c.state() instanceof ContainerState.Waiting) {
        next = started(c);
      }
      containers.add(next);
      failed |= role != Role.MAIN && StartOrder.isFailure(role, next.state());
      held |= role != Role.MAIN && StartOrder.holds(role, next);
    }
    change(containers, now().stopping());
  }

  private ContainerObservation started(ContainerObservation waiting) {
    int restarts = waiting.restarts() + (waiting.last().isPresent() ? 1 : 0);
    var running = new ContainerState.Running(clock.instant());
    return with(waiting, running, restarts, waiting.last());
  }

  private static ContainerObservation with(
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
        || index >= roles.size()
        || !(now().containers().get(index).state() instanceof ContainerState.Running ran)) {
      return;
    }
    boolean badly = code.orElse(1) != 0;
    boolean again =
        switch (roles.get(index)) {
          case SIDECAR -> true;
          case INIT -> badly && !policy.equals("Never");
          case MAIN -> policy.equals("Always") || (policy.equals("OnFailure") && badly);
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
    boolean goesOn = roles.get(index) == Role.SIDECAR && !now().stopping() && !hasEnded(Role.MAIN);
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

  private boolean hasEnded(Role role) {
    return now(role).stream().allMatch(c -> c.state() instanceof ContainerState.Terminated);
  }

  /** Everything ends at once, in the order in which it would have come to run. */
  void endAll(OptionalInt code) {
    List<ContainerObservation> containers = new ArrayList<>();
    boolean held = false;
    for (ContainerObservation c : now().containers()) {
      int index = containers.size();
      Role role = roles.get(index);
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
      if (roles.get(i) != Role.SIDECAR && live) {
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
  private ContainerObservation ended(int index, ContainerObservation c, OptionalInt code) {
    return switch (c.state()) {
      case ContainerState.Terminated t -> c;
      case ContainerState.Running r -> c.withState(end(index, c, code, r.startedAt()));
      case ContainerState.Waiting w when c.last().isPresent() ->
          with(c, c.last().get(), c.restarts(), Optional.empty());
      // What is stopped before it ran has no exit code; what ends by itself has run.
      case ContainerState.Waiting w when now().stopping() -> c.withState(unstarted());
      case ContainerState.Waiting w -> c.withState(end(index, c, code, clock.instant()));
    };
  }

  private ContainerState.Terminated end(
      int index, ContainerObservation c, OptionalInt code, Instant since) {
    Instant at = clock.instant();
    Optional<String> written = words.said(this, specs.get(index), c.restarts(), code, at);
    return new ContainerState.Terminated(code, "", "", Optional.of(since), at, written);
  }

  private ContainerState unstarted() {
    return new ContainerState.Terminated(
        OptionalInt.empty(), "", "", Optional.empty(), clock.instant());
  }

  /** The backend is on its way to end it. */
  void stop() {
    change(now().containers(), true);
  }

  private void change(int index, ContainerObservation changed) {
    List<ContainerObservation> containers = new ArrayList<>(now().containers());
    containers.set(index, changed);
    change(containers, now().stopping());
  }

  private void change(List<ContainerObservation> containers, boolean stopping) {
    Workload now =
        new Workload(
            attempt, attempt.token(), containers, Optional.empty(), stopping, Optional.empty());
    if (history.isEmpty() || !now().equals(now)) {
      history.add(now);
      listener.accept(now);
    }
  }

  @Override
  public String toString() {
    List<String> containers = now().containers().stream().map(StartOrder::text).toList();
    return attempt.token() + (now().stopping() ? " stopping " : " ") + containers;
  }
}
