package dev.outrigger.agent.pod;

import static dev.outrigger.agent.pod.LifeJudge.check;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether a status tells how each container of a run is, or has ended. */
final class EndsJudge {

  private EndsJudge() {}

  /** The first end of a container that stays so, whatever attempts follow. */
  static Optional<ContainerState.Terminated> done(
      Container container, String policy, List<SteppedRun> runs) {
    return runs.stream()
        .flatMap(run -> end(run, container.getName()).stream())
        .filter(t -> !KubeletRules.restarts(container, policy, code(t)))
        .findFirst();
  }

  /** What never started since an init container before it has failed has not ended, but waits. */
  private static Optional<ContainerState.Terminated> end(SteppedRun run, String container) {
    return run.now().containers().stream()
        .filter(c -> c.name().equals(container))
        .flatMap(c -> c.state() instanceof ContainerState.Terminated t ? Stream.of(t) : null)
        .filter(end -> end.startedAt().isPresent() || !isHeld(run, container))
        .findFirst();
  }

  private static boolean isHeld(SteppedRun run, String container) {
    return run.now(RunHistory.Role.INIT).stream()
        .takeWhile(c -> !c.name().equals(container))
        .anyMatch(
            c ->
                c.state() instanceof ContainerState.Terminated t
                    && t.startedAt().isPresent()
                    && code(t) != 0);
  }

  private static int code(ContainerState.Terminated end) {
    return end.exitCode().orElse(KubeletRules.UNKNOWN);
  }

  /** Each container's end is the one told; if it cannot be known any more, it may be unknown. */
  static void sameEnds(SteppedRun run, PodStatus status) {
    for (ContainerObservation seen : run.now().containers()) {
      if (seen.state() instanceof ContainerState.Terminated end) {
        sameEnd(run, seen.name(), end, status);
      }
    }
  }

  /** Of one that lives. */
  static void same(SteppedRun run, ContainerObservation seen, PodStatus status) {
    ContainerStatus told = of(seen.name(), status);
    String what = run.attempt.token() + "/" + seen.name();
    boolean kept = isKept(run, told);
    switch (seen.state()) {
      case ContainerState.Running r ->
          check(
              told.getState().getRunning() != null || kept,
              what + " runs, its status says " + told.getState());
      case ContainerState.Waiting w ->
          check(
              told.getState().getWaiting() != null || kept,
              what + " waits, its status says " + told.getState());
      case ContainerState.Terminated t -> sameEnd(run, seen.name(), t, status);
    }
    // Sidecars' counts may come from attempts before, in which they were started more often.
    int number = run.attempt.number() + seen.restarts();
    boolean more = run.role(seen.name()) == RunHistory.Role.SIDECAR;
    check(
        told.getRestartCount() == number || (more && told.getRestartCount() > number) || kept,
        what + ": restart count " + told.getRestartCount() + " of " + seen);
    if (!kept) {
      seen.last().ifPresent(end -> sameLast(end, told, what));
    }
  }

  /** The run before, as the backend tells of it. */
  private static void sameLast(ContainerState.Terminated end, ContainerStatus told, String what) {
    var last = told.getLastState() == null ? null : told.getLastState().getTerminated();
    check(
        last != null
            && last.getExitCode() == code(end)
            && end.finishedAt()
                .truncatedTo(ChronoUnit.SECONDS)
                .equals(Instant.parse(last.getFinishedAt())),
        what + ": its last state is " + last + ", and was " + end);
  }

  private static void sameEnd(
      SteppedRun run, String name, ContainerState.Terminated end, PodStatus status) {
    ContainerStatus told = of(name, status);
    // An attempt whose number was written, and that was not started any more, tells of the last.
    boolean next =
        PodDecision.attempt(status) > run.latestRun() && told.getState().getTerminated() == null;
    boolean earlier = isKept(run, told) && run.attempt.number() > 0;
    String what = run.attempt.token() + "/" + name + " ended with " + end.exitCode();
    // What could not start since others failed or were stopped may still be told to wait.
    boolean held =
        run.hasInits() && end.startedAt().isEmpty() && told.getState().getWaiting() != null;
    if (earlier || held) {
      return;
    }
    var said = (next ? told.getLastState() : told.getState()).getTerminated();
    if (said == null) {
      throw new AssertionError(what + ", its status says " + told.getState());
    }
    boolean unknown = "ContainerStatusUnknown".equals(said.getReason());
    boolean same =
        end.exitCode().isPresent()
            ? said.getExitCode() == end.exitCode().getAsInt() && !unknown
            : said.getExitCode() == KubeletRules.UNKNOWN && unknown;
    check(
        same || (run.removed && unknown && said.getExitCode() == KubeletRules.UNKNOWN),
        what + ", its status says " + said.getExitCode() + " " + said.getReason());
  }

  /** A container that is done for good, in this attempt or before, keeps that state. */
  private static boolean isKept(SteppedRun run, ContainerStatus told) {
    var end = told.getState().getTerminated();
    RunHistory.Role role = run.role(told.getName());
    return end != null
        && role != RunHistory.Role.SIDECAR
        && ((role == RunHistory.Role.INIT && end.getExitCode() == 0)
            || !KubeletRules.restarts(run.spec(told.getName()), run.policy(), end.getExitCode()));
  }

  private static ContainerStatus of(String container, PodStatus status) {
    Optional<ContainerStatus> found =
        Stream.concat(
                status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream())
            .filter(s -> s.getName().equals(container))
            .findFirst();
    return found.orElseThrow(() -> new AssertionError(container + " has no status"));
  }
}
