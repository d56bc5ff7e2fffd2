package dev.outrigger.agent.pod;

import dev.outrigger.agent.status.PodPhase;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Decides what to do about a Pod. Pure: the same situation, the same action. */
final class PodDecision {

  /** A stop that has not come to its end this long after its grace is asked for again. */
  static final Duration STOP_PATIENCE = Duration.ofSeconds(30);

  /** The kubelet's waiting reason between two attempts. */
  static final String CRASH_LOOP = "CrashLoopBackOff";

  private static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);

  private PodDecision() {}

  static PodAction decide(PodSituation situation) {
    Pod pod = situation.pod();
    if (pod == null) {
      return withoutPod(situation);
    }
    if (pod.getMetadata().getDeletionTimestamp() != null) {
      return deleting(situation, grace(pod));
    }
    if (PodPhase.isTerminal(phase(situation.status()))) {
      return live(situation)
          ? stop(situation, Duration.ZERO, new PodAction.Rest())
          : new PodAction.Rest();
    }
    if (!situation.admitted()) {
      return new PodAction.Admit();
    }
    return running(situation, pod);
  }

  private static PodAction withoutPod(PodSituation situation) {
    if (!live(situation)) {
      return situation.deleted() && situation.workload() == null && situation.stop() == null
          ? new PodAction.Stop(Duration.ZERO)
          : new PodAction.Forget();
    }
    return situation.deleted()
        ? stop(situation, Duration.ZERO, new PodAction.Report())
        : new PodAction.VerifyOrphan();
  }

  private static PodAction deleting(PodSituation situation, Duration grace) {
    if (situation.workload() == null || live(situation)) {
      // Even when nothing is known, the backend is asked once: a creation's answer may have been
      // lost.
      PodAction next =
          situation.workload() == null ? new PodAction.ConfirmDeletion() : new PodAction.Report();
      return stop(situation, grace, next);
    }
    return new PodAction.ConfirmDeletion();
  }

  private static PodAction running(PodSituation situation, Pod pod) {
    int attempt = attempt(situation.status());
    Workload workload = situation.workload();
    if (workload == null || workload.attempt().number() < attempt) {
      return unseen(situation, pod, attempt);
    }
    if (situation.lost() && !workload.isTerminated()) {
      return new PodAction.ReportLost();
    }
    String policy = PodPhase.effectivePolicy(pod, situation.oneShot());
    if (!workload.isTerminated() || !restarts(policy, workload)) {
      return new PodAction.Report();
    }
    Instant due = RestartBackOff.due(workload);
    return situation.now().isBefore(due)
        ? new PodAction.BackOff(due)
        : new PodAction.Restart(workload.attempt().number() + 1);
  }

  /**
   * Nothing is held by the backend for the current attempt: what the API server was told decides.
   */
  private static PodAction unseen(PodSituation situation, Pod pod, int attempt) {
    PodStatus status = situation.status();
    boolean never = "Never".equals(PodPhase.effectivePolicy(pod, situation.oneShot()));
    if (wasStarted(status) || (never && wasEnded(status))) {
      return new PodAction.ReportLost();
    }
    return wasEnded(status) ? new PodAction.Restart(attempt + 1) : new PodAction.Start(attempt);
  }

  private static PodAction stop(PodSituation situation, Duration grace, PodAction otherwise) {
    PodSituation.StopRequest stop = situation.stop();
    boolean ask =
        stop == null
            || grace.compareTo(stop.grace()) < 0
            || (live(situation)
                && situation.now().isAfter(stop.at().plus(stop.grace()).plus(STOP_PATIENCE)));
    return ask ? new PodAction.Stop(grace) : otherwise;
  }

  private static boolean live(PodSituation situation) {
    return situation.workload() != null
        && !situation.workload().isTerminated()
        && !situation.lost();
  }

  private static boolean restarts(String policy, Workload workload) {
    return switch (policy) {
      case "Always" -> true;
      case "OnFailure" ->
          workload.containers().stream()
              .anyMatch(
                  c ->
                      c.state() instanceof ContainerState.Terminated t
                          && t.exitCode().orElse(1) != 0);
      default -> false;
    };
  }

  /** The current attempt: durable as the containers' restart count. */
  static int attempt(PodStatus status) {
    return statuses(status).stream().mapToInt(ContainerStatus::getRestartCount).max().orElse(0);
  }

  /** Whether the API server was told that the current attempt had started. */
  static boolean wasStarted(PodStatus status) {
    return statuses(status).stream()
        .anyMatch(s -> s.getState() != null && s.getState().getRunning() != null);
  }

  private static boolean wasEnded(PodStatus status) {
    return statuses(status).stream()
        .map(ContainerStatus::getState)
        .anyMatch(
            s ->
                s != null
                    && (s.getTerminated() != null
                        || (s.getWaiting() != null
                            && CRASH_LOOP.equals(s.getWaiting().getReason()))));
  }

  private static List<ContainerStatus> statuses(PodStatus status) {
    return Optional.ofNullable(status.getContainerStatuses()).orElse(List.of());
  }

  private static String phase(PodStatus status) {
    return Optional.ofNullable(status.getPhase()).orElse("Pending");
  }

  private static Duration grace(Pod pod) {
    Long seconds = pod.getMetadata().getDeletionGracePeriodSeconds();
    return seconds == null ? DEFAULT_GRACE : Duration.ofSeconds(Math.max(0, seconds));
  }
}
