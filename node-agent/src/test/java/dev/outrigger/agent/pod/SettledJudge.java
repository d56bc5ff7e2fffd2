package dev.outrigger.agent.pod;

import static dev.outrigger.agent.pod.LifeJudge.check;

import dev.outrigger.agent.status.PodPhase;
import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * What must be so once nothing goes wrong any more, everything was told and nothing is to be done:
 * the model says from what really ran what each Pod's status has to be.
 */
final class SettledJudge {

  private static final int UNKNOWN = 137;

  private final SteppedApi api;
  private final SteppedBackend backend;
  private final Clock clock;
  private final boolean oneShot;

  SettledJudge(SteppedApi api, SteppedBackend backend, Clock clock, boolean oneShot) {
    this.api = api;
    this.backend = backend;
    this.clock = clock;
    this.oneShot = oneShot;
  }

  void settled(SteppedAgent agent) {
    for (SteppedBackend.Run run : backend.all()) {
      String uid = run.attempt.key().uid();
      check(
          !run.isLive() || api.withUid(uid).isPresent(),
          run.attempt.token() + " runs on without its Pod");
    }
    for (String uid : agent.remembered()) {
      check(api.withUid(uid).isPresent(), uid + " is remembered without its Pod");
    }
    api.list().forEach(this::settled);
  }

  private void settled(Pod pod) {
    String uid = pod.getMetadata().getUid();
    List<SteppedBackend.Run> runs = backend.runs(uid);
    boolean live = runs.stream().anyMatch(SteppedBackend.Run::isLive);
    PodStatus status = pod.getStatus();
    boolean ended = PodPhase.isTerminal(PodDecision.phase(status));
    if (pod.getMetadata().getDeletionTimestamp() != null) {
      check(!live, uid + ": deleted, and runs on");
      Long grace = pod.getMetadata().getDeletionGracePeriodSeconds();
      check(
          grace != null && grace == 0 && !pod.getMetadata().getFinalizers().isEmpty(),
          uid + ": its deletion is not confirmed");
      return;
    }
    check(!(live && ended), uid + ": has ended, and runs on");
    if (api.wasDeclaredFailed(pod) && "Failed".equals(status.getPhase())) {
      return;
    }
    if (Boolean.TRUE.equals(pod.getSpec().getHostNetwork())) {
      check(
          "ProviderFailed".equals(status.getReason())
              || ActiveDeadline.REASON.equals(status.getReason()),
          uid + ": not refused");
      return;
    }
    if (ended && ActiveDeadline.REASON.equals(status.getReason())) {
      return;
    }
    check(
        ended
            || ActiveDeadline.of(pod, status.getStartTime())
                .filter(at -> !clock.instant().isBefore(at))
                .isEmpty(),
        uid + ": outlives its active deadline");
    check(!runs.isEmpty(), uid + ": was never started");
    SteppedBackend.Run last = runs.getLast();
    PodAttempt attempt = last.attempt;
    check(
        PodDecision.attempt(status) == last.latestRun(),
        uid + ": restart count " + PodDecision.attempt(status) + ", run " + last.latestRun());
    check(isWithoutGaps(runs), uid + ": an attempt was left out");
    if (last.isLive()) {
      boolean whole =
          last.now().containers().stream()
              .allMatch(c -> c.state() instanceof ContainerState.Running);
      check(
          whole || !"Always".equals(PodPhase.effectivePolicy(pod, oneShot)),
          attempt.token() + ": a container that is to run always has ended, and stays so");
      running(last, status);
    } else {
      over(pod, last, status);
    }
  }

  /** The first attempt is 0; the next is at most one more than the runs of the one before. */
  private static boolean isWithoutGaps(List<SteppedBackend.Run> runs) {
    int most = 0;
    for (SteppedBackend.Run run : runs) {
      if (run.attempt.number() > most) {
        return false;
      }
      most = run.latestRun() + 1;
    }
    return true;
  }

  private static void running(SteppedBackend.Run run, PodStatus status) {
    String token = run.attempt.token();
    check("Running".equals(status.getPhase()), token + " runs, the phase is " + status.getPhase());
    boolean all = true;
    for (ContainerObservation seen : run.now().containers()) {
      ContainerStatus told = of(seen.name(), status);
      switch (seen.state()) {
        case ContainerState.Running r ->
            check(
                told.getState().getRunning() != null || endedWell(told),
                token + "/" + seen.name() + " runs, its status says " + told.getState());
        case ContainerState.Terminated t -> {
          sameEnd(run, seen.name(), t, told);
          all = false;
        }
        case ContainerState.Waiting w -> throw new AssertionError(token + " does not start");
      }
    }
    boolean ready =
        status.getConditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
    boolean told = status.getContainerStatuses().stream().allMatch(ContainerStatus::getReady);
    check(ready == told, token + ": Ready is " + ready);
    check(all || !ready, token + ": Ready, though a container has ended");
  }

  /** A container that ended well in an attempt before keeps that state. */
  private static boolean endedWell(ContainerStatus told) {
    return told.getState().getTerminated() != null
        && told.getState().getTerminated().getExitCode() == 0;
  }

  private void over(Pod pod, SteppedBackend.Run last, PodStatus status) {
    String token = last.attempt.token();
    String expected =
        switch (PodPhase.effectivePolicy(pod, oneShot)) {
          case "Never" ->
              LifeJudge.succeeded(pod, backend.runs(last.attempt.key().uid()))
                  ? "Succeeded"
                  : "Failed";
          case "OnFailure" ->
              LifeJudge.succeeded(pod, backend.runs(last.attempt.key().uid()))
                  ? "Succeeded"
                  : "another attempt";
          default -> "another attempt";
        };
    boolean unknown = last.removed && "Failed".equals(status.getPhase());
    check(
        expected.equals(status.getPhase()) || unknown,
        token + " ended: " + expected + " expected, the phase is " + status.getPhase());
    sameEnds(last, status);
  }

  /** Each container's end is the one told; if it cannot be known any more, it may be unknown. */
  static void sameEnds(SteppedBackend.Run run, PodStatus status) {
    for (ContainerObservation seen : run.now().containers()) {
      if (seen.state() instanceof ContainerState.Terminated end) {
        sameEnd(run, seen.name(), end, of(seen.name(), status));
      }
    }
  }

  private static void sameEnd(
      SteppedBackend.Run run, String name, ContainerState.Terminated end, ContainerStatus told) {
    // An attempt whose number was written, and that was not started any more, tells of the last.
    boolean next =
        told.getRestartCount() > run.latestRun() && told.getState().getTerminated() == null;
    var said = (next ? told.getLastState() : told.getState()).getTerminated();
    String what = run.attempt.token() + "/" + name + " ended with " + end.exitCode();
    if (said == null) {
      throw new AssertionError(what + ", its status says " + told.getState());
    }
    boolean unknown = "ContainerStatusUnknown".equals(said.getReason());
    boolean earlier = endedWell(told) && run.attempt.number() > 0;
    boolean same =
        end.exitCode().isPresent()
            ? said.getExitCode() == end.exitCode().getAsInt() && !unknown
            : said.getExitCode() == UNKNOWN && unknown;
    check(
        same || earlier || (run.removed && unknown && said.getExitCode() == UNKNOWN),
        what + ", its status says " + said.getExitCode() + " " + said.getReason());
  }

  private static ContainerStatus of(String container, PodStatus status) {
    Optional<ContainerStatus> found =
        status.getContainerStatuses().stream()
            .filter(s -> s.getName().equals(container))
            .findFirst();
    return found.orElseThrow(() -> new AssertionError(container + " has no status"));
  }
}
