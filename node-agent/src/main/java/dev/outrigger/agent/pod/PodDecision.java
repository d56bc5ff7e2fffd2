package dev.outrigger.agent.pod;

import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.agent.status.BackOffState;
import dev.outrigger.agent.status.PodPhase;
import dev.outrigger.agent.status.Restarts;
import dev.outrigger.provider.Sidecars;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Decides what to do about a Pod. Pure: the same situation, the same action. */
final class PodDecision {

  /** A stop that has not come to its end this long after its grace is asked for again. */
  static final Duration STOP_PATIENCE = Duration.ofSeconds(30);

  private PodDecision() {}

  static PodAction decide(PodSituation situation) {
    Pod pod = situation.pod();
    if (pod == null) {
      return withoutPod(situation);
    }
    if (pod.getMetadata().getDeletionTimestamp() != null) {
      return deleting(situation, PodGrace.of(pod));
    }
    if (PodPhase.isTerminal(phase(situation.status()))) {
      return situation.isLive()
          ? stop(situation, PodGrace.of(pod), new PodAction.Rest())
          : new PodAction.Rest();
    }
    if (situation.overwritten() != null) {
      return ended(situation, PodGrace.of(pod), new PodAction.WriteEnd(situation.overwritten()));
    }
    if (!situation.admitted()) {
      return new PodAction.Admit();
    }
    return isOverdue(situation, pod) ? overdue(situation, pod) : running(situation, pod);
  }

  private static PodAction withoutPod(PodSituation situation) {
    if (!situation.isLive()) {
      return situation.deleted() && situation.isUnseen() && situation.latestStop() == null
          ? new PodAction.Stop(situation.graceWhenGone())
          : new PodAction.Forget();
    }
    return situation.deleted()
        ? stop(situation, situation.graceWhenGone(), new PodAction.Report())
        : new PodAction.VerifyOrphan();
  }

  private static PodAction deleting(PodSituation situation, Duration grace) {
    PodAction next =
        situation.overwritten() == null
            ? new PodAction.ConfirmDeletion()
            : new PodAction.WriteEnd(situation.overwritten());
    return ended(situation, grace, next);
  }

  /**
   * Once everything has ended. Where a creation's answer was lost, the backend is asked what became
   * of it; even when nothing is known it is asked to stop once.
   */
  private static PodAction ended(PodSituation situation, Duration grace, PodAction next) {
    if (situation.unanswered()) {
      return new PodAction.LookUp();
    }
    if (situation.isLive()) {
      boolean told =
          situation.overwritten() != null || PodPhase.isTerminal(phase(situation.status()));
      return stop(situation, grace, told ? new PodAction.Rest() : new PodAction.Report());
    }
    return situation.isUnseen() ? stop(situation, grace, next) : next;
  }

  /** A Pod whose containers had ended for good before the deadline has its outcome. */
  private static boolean isOverdue(PodSituation situation, Pod pod) {
    Optional<Instant> deadline = ActiveDeadline.of(pod, situation.startTime());
    if (deadline.filter(at -> !situation.now().isBefore(at)).isEmpty()) {
      return false;
    }
    Workload workload = situation.workload();
    if (workload == null || situation.isUnseen() || !workload.isTerminated()) {
      return true;
    }
    Restarts restarts = Restarts.of(pod, situation.oneShot());
    return MainContainers.restart(restarts, pod, workload, situation.status())
        || !RestartBackOff.finished(workload).isBefore(deadline.get());
  }

  private static PodAction overdue(PodSituation situation, Pod pod) {
    return ended(situation, PodGrace.of(pod), new PodAction.Expire());
  }

  private static PodAction running(PodSituation situation, Pod pod) {
    int attempt = attempt(situation.status());
    Workload workload = situation.workload();
    if (workload == null || situation.isUnseen()) {
      return unseen(situation, pod, attempt);
    }
    if (situation.lost() && !workload.isTerminated()) {
      return new PodAction.ReportLost();
    }
    Restarts restarts = Restarts.of(pod, situation.oneShot());
    boolean alone = situation.traits().contains(Trait.CONTAINER_RESTARTS);
    Optional<PodHealth.Unwell> unwell =
        situation.health().unwellIn(workload.attempt().number()).stream()
            .filter(u -> !alone)
            .findFirst();
    if (!workload.isTerminated()
        && (MainContainers.areDone(restarts, pod, workload, situation.status())
            || endsBySidecars(situation, pod, workload))) {
      return stop(situation, PodGrace.of(pod), new PodAction.Report());
    }
    Optional<PodAction> one =
        alone
            ? UnwellContainers.decide(situation, pod, workload, restarts)
                .or(() -> AwaitedSidecars.decide(situation, pod, workload))
            : Optional.empty();
    if (one.isPresent()) {
      return one.get();
    }
    if (!workload.isTerminated()) {
      return unwell
          .map(u -> stopUnwell(situation, pod, u))
          .orElseGet(() -> stopIncomplete(situation, pod, workload, restarts));
    }
    boolean unwellRestarts = unwell.isPresent() && !"Never".equals(restarts.policy());
    if (!unwellRestarts && !MainContainers.restart(restarts, pod, workload, situation.status())) {
      return new PodAction.Report();
    }
    int latestRun = situation.latestRun(workload);
    Instant due = RestartBackOff.due(workload, latestRun, forgiven(situation));
    return situation.now().isBefore(due)
        ? new PodAction.BackOff(due)
        : new PodAction.Restart(latestRun + 1);
  }

  /**
   * Nothing is held by the backend for the current attempt: what the API server was told decides.
   */
  private static PodAction unseen(PodSituation situation, Pod pod, int attempt) {
    PodStatus status = situation.status();
    Restarts restarts = Restarts.of(pod, situation.oneShot());
    boolean ended = wasEnded(pod, status, Optional.of(restarts));
    if (wasStarted(pod, status)
        || areAllDone(status, restarts)
        || (ended && isLast(status, restarts))) {
      return new PodAction.ReportLost();
    }
    return ended ? new PodAction.Restart(attempt + 1) : new PodAction.Start(attempt);
  }

  /** Whether every container keeps its end, so that no attempt is on its way. */
  private static boolean areAllDone(PodStatus status, Restarts restarts) {
    return !statuses(status).isEmpty()
        && statuses(status).stream()
            .allMatch(
                s ->
                    s.getState() != null
                        && s.getState().getTerminated() != null
                        && !isEnd(s, Optional.of(restarts)));
  }

  /** Whether no attempt follows the one that was told of. */
  private static boolean isLast(PodStatus status, Restarts restarts) {
    return "Never".equals(restarts.policy())
        && !(restarts.anyHasOwn()
            && Stream.concat(status.getInitContainerStatuses().stream(), statuses(status).stream())
                .filter(s -> s.getState() != null)
                .anyMatch(
                    s ->
                        s.getState().getTerminated() == null
                            ? BackOffState.is(s.getState().getWaiting())
                            : restarts.isAgain(
                                s.getName(), s.getState().getTerminated().getExitCode())));
  }

  static PodAction stop(PodSituation situation, Duration grace, PodAction otherwise) {
    return isToBeAsked(situation, grace) ? new PodAction.Stop(grace) : otherwise;
  }

  private static PodAction stopUnwell(PodSituation situation, Pod pod, PodHealth.Unwell unwell) {
    Duration grace = PodGrace.of(pod, unwell);
    return isToBeAsked(situation, grace)
        ? new PodAction.StopUnwell(unwell, grace)
        : new PodAction.Report();
  }

  /**
   * With {@code restartPolicy: Always} no container stays ended while others go on: a kubelet
   * starts it again by itself, here the attempt ends and the next one follows.
   */
  private static PodAction stopIncomplete(
      PodSituation situation, Pod pod, Workload workload, Restarts restarts) {
    Duration grace = PodGrace.of(pod);
    boolean endsByItself = workload.stopping() && situation.latestStop() == null;
    return !endsByItself && isToBeAsked(situation, grace)
        ? MainContainers.ended(restarts, pod, workload)
            .<PodAction>map(name -> new PodAction.StopIncomplete(name, grace))
            .orElseGet(PodAction.Report::new)
        : new PodAction.Report();
  }

  private static boolean isToBeAsked(PodSituation situation, Duration grace) {
    PodSituation.StopRequest stop = situation.latestStop();
    return stop == null
        || grace.compareTo(stop.grace()) < 0
        || (situation.isLive()
            && situation.now().isAfter(stop.at().plus(stop.grace()).plus(STOP_PATIENCE)));
  }

  /**
   * Whether only sidecars are left, which end then (KEP-753), and the backend is not on its way to
   * end them by itself.
   */
  private static boolean endsBySidecars(PodSituation situation, Pod pod, Workload workload) {
    return MainContainers.allEnded(pod, workload)
        && (!workload.stopping() || situation.latestStop() != null);
  }

  /** The last attempt that ran for long, as far as this process or the status knows. */
  static int forgiven(PodSituation situation) {
    return Math.max(situation.forgiven(), RestartBackOff.forgiven(situation.status()));
  }

  /**
   * The current attempt, or the latest run in it: durable as the containers' restart count. A
   * backend that starts containers again by itself raises it too.
   */
  static int attempt(PodStatus status) {
    return statuses(status).stream().mapToInt(ContainerStatus::getRestartCount).max().orElse(0);
  }

  /** Whether the API server was told that the current attempt had started. */
  static boolean wasStarted(Pod pod, PodStatus status) {
    int attempt = attempt(status);
    Set<String> sidecars = Sidecars.names(pod.getSpec());
    return statuses(status).stream()
            .anyMatch(s -> s.getState() != null && s.getState().getRunning() != null)
        || (!wasEnded(pod, status, Optional.empty())
            && status.getInitContainerStatuses().stream()
                .filter(s -> s.getState() != null)
                .filter(s -> s.getRestartCount() == attempt || sidecars.contains(s.getName()))
                .anyMatch(
                    s ->
                        s.getState().getWaiting() == null
                            || (sidecars.contains(s.getName())
                                && BackOffState.is(s.getState().getWaiting()))));
  }

  /**
   * Whether the API server was told that the current attempt had ended.
   *
   * @param restarts by which a container that is done keeps that state while the next attempt is on
   *     its way, so that it says nothing of that attempt; empty if none does
   */
  static boolean wasEnded(Pod pod, PodStatus status, Optional<Restarts> restarts) {
    Set<String> sidecars = Sidecars.names(pod.getSpec());
    return Stream.concat(
            status.getInitContainerStatuses().stream()
                .filter(s -> !sidecars.contains(s.getName()))
                .filter(PodDecision::isBad),
            statuses(status).stream())
        .filter(s -> s.getState() != null)
        .anyMatch(s -> isEnd(s, restarts) || BackOffState.is(s.getState().getWaiting()));
  }

  private static boolean isEnd(ContainerStatus status, Optional<Restarts> restarts) {
    ContainerStateTerminated end = status.getState().getTerminated();
    return end != null
        && restarts.filter(r -> r.isDone(status.getName(), end.getExitCode())).isEmpty();
  }

  private static boolean isBad(ContainerStatus init) {
    return init.getState() == null
        || init.getState().getTerminated() == null
        || init.getState().getTerminated().getExitCode() != 0;
  }

  private static List<ContainerStatus> statuses(PodStatus status) {
    return Optional.ofNullable(status.getContainerStatuses()).orElse(List.of());
  }

  static String phase(PodStatus status) {
    return Optional.ofNullable(status.getPhase()).orElse("Pending");
  }
}
