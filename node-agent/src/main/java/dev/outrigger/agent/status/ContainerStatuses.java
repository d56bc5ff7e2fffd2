package dev.outrigger.agent.status;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.Sidecars;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code status.containerStatuses} and {@code initContainerStatuses}. Pure. */
final class ContainerStatuses {

  private ContainerStatuses() {}

  /**
   * @param init whether these are init containers: they are ready once they ended well
   * @param stopped whether the Pod was stopped, rather than having come to its own end
   */
  static List<ContainerStatus> of(
      @Nullable List<Container> containers, PodFacts facts, boolean init, boolean stopped) {
    List<ContainerStatus> statuses = new ArrayList<>();
    if (containers != null) {
      containers.forEach(c -> statuses.add(status(c, facts, init, stopped)));
    }
    return statuses;
  }

  private static ContainerStatus status(
      Container container, PodFacts facts, boolean init, boolean stopped) {
    Optional<ContainerStatus> done = doneForGood(container, facts, init);
    if (done.isPresent()) {
      return done.get();
    }
    Optional<ContainerObservation> known =
        observation(container.getName(), facts)
            .filter(o -> !isHeldBack(o, facts, stopped))
            .map(o -> init ? o : ended(o, facts));
    Optional<ContainerObservation> seen = known.filter(o -> !isStarting(o, facts));
    boolean running = seen.filter(o -> o.state() instanceof ContainerState.Running).isPresent();
    var state = state(container, seen, facts);
    var last =
        known
            .flatMap(ContainerObservation::last)
            .map(end -> terminated(end, Optional.empty()))
            .or(() -> toldBefore(container, state, facts))
            .orElseGet(io.fabric8.kubernetes.api.model.ContainerState::new);
    return new ContainerStatusBuilder()
        .withName(container.getName())
        .withImage(container.getImage())
        .withImageID(seen.flatMap(ContainerObservation::imageId).orElse(""))
        .withContainerID(seen.flatMap(ContainerObservation::containerId).orElse(null))
        .withRestartCount(restarts(container, known, facts))
        .withReady(
            (init && !Sidecars.is(container))
                ? endedWell(seen)
                : running && facts.health().isReady(container.getName()))
        .withStarted(running && facts.health().isStarted(container.getName()))
        .withState(state)
        .withLastState(last)
        .build();
  }

  /**
   * A container that is started again at once has ended until it runs: a kubelet tells that one
   * waits only once there is something to wait for. Not if the end would be one for good, which
   * cannot be taken back.
   */
  private static ContainerObservation ended(ContainerObservation seen, PodFacts facts) {
    boolean atOnce =
        seen.state() instanceof ContainerState.Waiting waiting
            && PodFacts.Waiting.CREATING.reason().equals(waiting.reason());
    Restarts restarts = Restarts.of(facts.pod().getSpec());
    return seen.last()
        .filter(
            end ->
                atOnce
                    && restarts.isAgain(
                        seen.name(), end.exitCode().orElse(Restarts.UNKNOWN_EXIT_CODE)))
        .map(
            end ->
                new ContainerObservation(
                    seen.name(),
                    end,
                    seen.containerId(),
                    seen.imageId(),
                    seen.restarts(),
                    Optional.empty()))
        .orElse(seen);
  }

  /** What waited to be started again, and is not, has ended with the end that was told then. */
  private static Optional<io.fabric8.kubernetes.api.model.ContainerState> toldBefore(
      Container container, io.fabric8.kubernetes.api.model.ContainerState now, PodFacts facts) {
    return Optional.ofNullable(facts.lastStates().get(container.getName()))
        .filter(
            last ->
                !wasBackingOff(container.getName(), facts.before())
                    || !isSameEnd(last.getTerminated(), now.getTerminated()));
  }

  private static boolean wasBackingOff(String container, PodStatus before) {
    return before(container, before).anyMatch(s -> BackOffState.is(s.getState().getWaiting()));
  }

  /** What was written of it, with a state. */
  private static Stream<ContainerStatus> before(String container, PodStatus before) {
    return Stream.of(before.getInitContainerStatuses(), before.getContainerStatuses())
        .filter(Objects::nonNull)
        .flatMap(List::stream)
        .filter(s -> container.equals(s.getName()) && s.getState() != null);
  }

  private static boolean isSameEnd(
      @Nullable ContainerStateTerminated told, @Nullable ContainerStateTerminated now) {
    return told != null
        && now != null
        && Objects.equals(told.getStartedAt(), now.getStartedAt())
        && Objects.equals(told.getFinishedAt(), now.getFinishedAt())
        && Objects.equals(told.getExitCode(), now.getExitCode())
        && Objects.equals(told.getReason(), now.getReason());
  }

  /**
   * A container's own restarts count beside the Pod's. Those of attempts before are not known any
   * more, but the count never goes down.
   */
  private static int restarts(
      Container container, Optional<ContainerObservation> seen, PodFacts facts) {
    int now = facts.restarts() + seen.map(ContainerObservation::restarts).orElse(0);
    return Math.max(now, restartsBefore(container.getName(), facts.before()));
  }

  private static int restartsBefore(String container, PodStatus before) {
    return Stream.of(before.getInitContainerStatuses(), before.getContainerStatuses())
        .filter(Objects::nonNull)
        .flatMap(List::stream)
        .filter(s -> container.equals(s.getName()) && s.getRestartCount() != null)
        .mapToInt(ContainerStatus::getRestartCount)
        .max()
        .orElse(0);
  }

  /** While its postStart hook runs, a container is not reported as running. */
  private static boolean isStarting(ContainerObservation seen, PodFacts facts) {
    return seen.state() instanceof ContainerState.Running && facts.health().isStarting(seen.name());
  }

  /**
   * What never started since an init container failed, or was stopped, still waits, unless its end
   * was told before the stop was known: an end is not taken back.
   */
  private static boolean isHeldBack(ContainerObservation seen, PodFacts facts, boolean stopped) {
    return seen.state() instanceof ContainerState.Terminated t
        && t.startedAt().isEmpty()
        && !wasEnded(seen.name(), facts.before())
        && facts.pod().getSpec().getInitContainers().stream()
            .takeWhile(c -> !c.getName().equals(seen.name()))
            .anyMatch(c -> holdsBack(c, facts, stopped));
  }

  private static boolean wasEnded(String container, PodStatus before) {
    return before(container, before).anyMatch(s -> s.getState().getTerminated() != null);
  }

  private static boolean holdsBack(Container init, PodFacts facts, boolean stopped) {
    return observation(init.getName(), facts)
        .filter(
            o ->
                o.state() instanceof ContainerState.Terminated end
                    ? end.startedAt().isPresent()
                        && (stopped || (!Sidecars.is(init) && end.exitCode().orElse(1) != 0))
                    : !Sidecars.is(init))
        .isPresent();
  }

  /**
   * A container that ended well and whose policy does not start it again keeps that state: the API
   * server refuses anything else (ValidateContainerStateTransition), though a new attempt of the
   * Pod runs it once more.
   */
  private static Optional<ContainerStatus> doneForGood(
      Container container, PodFacts facts, boolean init) {
    Restarts restarts = Restarts.of(facts.pod().getSpec());
    List<ContainerStatus> before =
        init ? facts.before().getInitContainerStatuses() : facts.before().getContainerStatuses();
    if (before == null || Sidecars.is(container)) {
      return Optional.empty();
    }
    return before.stream()
        .filter(s -> container.getName().equals(s.getName()))
        .filter(s -> s.getState() != null && s.getState().getTerminated() != null)
        .filter(
            s -> {
              int code = s.getState().getTerminated().getExitCode();
              return (init && code == 0) || restarts.isDone(container.getName(), code);
            })
        .findFirst();
  }

  /** Whether a container that keeps its good end runs once more, in another attempt. */
  static boolean hideLife(List<ContainerStatus> statuses, PodFacts facts) {
    return statuses.stream()
        .filter(s -> s.getState().getTerminated() != null)
        .flatMap(s -> observation(s.getName(), facts).stream())
        .anyMatch(o -> !(o.state() instanceof ContainerState.Terminated));
  }

  private static boolean endedWell(Optional<ContainerObservation> seen) {
    return seen.map(ContainerObservation::state)
        .filter(s -> s instanceof ContainerState.Terminated t && t.exitCode().orElse(1) == 0)
        .isPresent();
  }

  static Optional<ContainerObservation> observation(String name, PodFacts facts) {
    return facts.workload() == null
        ? Optional.empty()
        : facts.workload().containers().stream().filter(o -> o.name().equals(name)).findFirst();
  }

  private static io.fabric8.kubernetes.api.model.ContainerState state(
      Container container, Optional<ContainerObservation> seen, PodFacts facts) {
    if (seen.isEmpty()) {
      return waiting(BackOffState.of(container, facts.waiting()), facts);
    }
    return switch (seen.get().state()) {
      case ContainerState.Waiting w ->
          waiting(new PodFacts.Waiting(w.reason(), w.message()), facts);
      case ContainerState.Running r ->
          new ContainerStateBuilder()
              .withNewRunning()
              .withStartedAt(time(r.startedAt()))
              .endRunning()
              .build();
      // It is tried again, whatever became of others: the kubelet has not started it yet.
      case ContainerState.Terminated t when BackOffState.neverPulled(t) && isStartedAgain(facts) ->
          waiting(new PodFacts.Waiting(BackOffState.NOT_PULLED, t.message()), facts);
      case ContainerState.Terminated t -> terminated(t, seen.get().containerId());
    };
  }

  private static boolean isStartedAgain(PodFacts facts) {
    return !"Never".equals(PodPhase.effectivePolicy(facts.pod(), facts.oneShot()));
  }

  /** The containers of a Pod with init containers wait for the Pod, not for themselves. */
  private static io.fabric8.kubernetes.api.model.ContainerState waiting(
      PodFacts.Waiting waiting, PodFacts facts) {
    List<Container> init = facts.pod().getSpec().getInitContainers();
    boolean creating = PodFacts.Waiting.CREATING.reason().equals(waiting.reason());
    boolean initializing = creating && init != null && !init.isEmpty();
    return new ContainerStateBuilder()
        .withNewWaiting()
        .withReason(initializing ? "PodInitializing" : waiting.reason())
        .withMessage(waiting.message().isEmpty() ? null : waiting.message())
        .endWaiting()
        .build();
  }

  private static io.fabric8.kubernetes.api.model.ContainerState terminated(
      ContainerState.Terminated t, Optional<String> containerId) {
    boolean known = t.exitCode().isPresent();
    String derived =
        !known ? "ContainerStatusUnknown" : t.exitCode().getAsInt() == 0 ? "Completed" : "Error";
    String message =
        known || !t.message().isEmpty()
            ? t.message()
            : "The container's end was not seen, and the backend does not know its exit code";
    return new ContainerStateBuilder()
        .withNewTerminated()
        .withExitCode(t.exitCode().orElse(Restarts.UNKNOWN_EXIT_CODE))
        .withReason(t.reason().isEmpty() ? derived : t.reason())
        .withMessage(message.isEmpty() ? null : message)
        .withStartedAt(t.startedAt().map(ContainerStatuses::time).orElse(noStart(t)))
        .withFinishedAt(time(t.finishedAt()))
        .withContainerID(containerId.orElse(null))
        .endTerminated()
        .build();
  }

  private static @Nullable String noStart(ContainerState.Terminated t) {
    return Starts.START_ERROR.equals(t.reason()) ? Starts.NEVER : null;
  }

  /** RFC 3339 in whole seconds, as {@code metav1.Time} is written. */
  static String time(Instant instant) {
    return instant.truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString();
  }
}
