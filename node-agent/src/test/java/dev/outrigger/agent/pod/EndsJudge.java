package dev.outrigger.agent.pod;

import static dev.outrigger.agent.pod.LifeJudge.check;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether a status tells how each container of a run is, or has ended. */
final class EndsJudge {

  private static final int UNKNOWN = 137;

  private EndsJudge() {}

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
    boolean kept = endedWell(told) && run.role(seen.name()) != SteppedRun.Role.SIDECAR;
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
    check(
        told.getRestartCount() >= run.attempt.number() + seen.restarts() || kept,
        what + ": restart count " + told.getRestartCount() + " of " + seen);
  }

  private static void sameEnd(
      SteppedRun run, String name, ContainerState.Terminated end, PodStatus status) {
    ContainerStatus told = of(name, status);
    // An attempt whose number was written, and that was not started any more, tells of the last.
    boolean next =
        PodDecision.attempt(status) > run.latestRun() && told.getState().getTerminated() == null;
    boolean earlier = endedWell(told) && run.attempt.number() > 0;
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
            : said.getExitCode() == UNKNOWN && unknown;
    check(
        same || (run.removed && unknown && said.getExitCode() == UNKNOWN),
        what + ", its status says " + said.getExitCode() + " " + said.getReason());
  }

  /** A container that ended well in an attempt before keeps that state. */
  private static boolean endedWell(ContainerStatus told) {
    return told.getState().getTerminated() != null
        && told.getState().getTerminated().getExitCode() == 0;
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
