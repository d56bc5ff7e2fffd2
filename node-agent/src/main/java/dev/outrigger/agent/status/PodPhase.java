package dev.outrigger.agent.status;

import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.RestartRules;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;

/** The kubelet's rules for a Pod's phase (pkg/kubelet/kubelet_pods.go, getPhase). Pure. */
public final class PodPhase {

  private PodPhase() {}

  /** Whether the phase is one that a Pod never leaves. */
  public static boolean isTerminal(String phase) {
    return "Succeeded".equals(phase) || "Failed".equals(phase);
  }

  /**
   * The restart policy that counts: a Pod that is being deleted starts nothing again, nor does one
   * whose backend runs Pods once.
   */
  public static String effectivePolicy(Pod pod, boolean oneShot) {
    String policy = RestartRules.policy(pod.getSpec());
    boolean deleting = pod.getMetadata().getDeletionTimestamp() != null;
    return deleting || (oneShot && "Always".equals(policy)) ? "Never" : policy;
  }

  /**
   * The restarts that the phase follows: what a deleted Pod still runs may yet come to run, so that
   * it has not ended before all of it has (the kubelet's {@code podIsTerminal}).
   */
  static Restarts restarts(PodFacts facts) {
    return isLive(facts)
        ? Restarts.of(facts.pod().getSpec())
        : Restarts.of(facts.pod(), facts.oneShot());
  }

  /** Whether something of the Pod runs or may come to run: it has not ended then. */
  static boolean isLive(PodFacts facts) {
    return facts.workload() != null && !facts.workload().isTerminated();
  }

  /** Whether anything runs, though it be of no account for what the Pod comes to. */
  static boolean runs(PodFacts facts) {
    return facts.workload() != null
        && facts.workload().containers().stream()
            .anyMatch(c -> c.state() instanceof ContainerState.Running);
  }

  /**
   * @param sidecars the statuses of restartable init containers
   */
  static String of(
      Restarts restarts,
      List<ContainerStatus> init,
      List<ContainerStatus> sidecars,
      List<ContainerStatus> main) {
    List<ContainerStatus> failed = init.stream().filter(PodPhase::endedBadly).toList();
    if (failed.stream().anyMatch(s -> !restarts.isAgain(s.getName(), exitCode(s)))) {
      return "Failed";
    }
    List<ContainerStatus> side = new ArrayList<>(sidecars);
    side.addAll(main);
    boolean over = main.stream().allMatch(s -> isOver(s, restarts));
    if ((!failed.isEmpty() && !over)
        || init.stream().anyMatch(s -> isRunning(s) || neverRan(s))
        || side.stream().anyMatch(PodPhase::neverRan)) {
      return "Pending";
    }
    if (side.stream().anyMatch(PodPhase::isRunning)
        || main.stream().anyMatch(s -> isAgain(s, restarts))) {
      return "Running";
    }
    return main.stream().allMatch(PodPhase::succeeded) ? "Succeeded" : "Failed";
  }

  /** Ended for good, as when it is lost: then no init container's restart is of use any more. */
  private static boolean isOver(ContainerStatus main, Restarts restarts) {
    return main.getState().getTerminated() != null
        && !restarts.isAgain(main.getName(), exitCode(main));
  }

  /** What waits after a run was found to start again, whatever its exit code. */
  private static boolean isAgain(ContainerStatus main, Restarts restarts) {
    return restarts.isAgain(main.getName(), exitCode(main))
        || (main.getState().getTerminated() == null
            && !"Never".equals(restarts.policyOf(main.getName())));
  }

  /** Now, or the last time. */
  private static int exitCode(ContainerStatus status) {
    var now = status.getState().getTerminated();
    return now != null ? now.getExitCode() : status.getLastState().getTerminated().getExitCode();
  }

  private static boolean isRunning(ContainerStatus status) {
    return status.getState().getRunning() != null;
  }

  private static boolean neverRan(ContainerStatus status) {
    return status.getState().getWaiting() != null
        && (status.getLastState() == null || status.getLastState().getTerminated() == null);
  }

  private static boolean succeeded(ContainerStatus status) {
    var terminated = status.getState().getTerminated();
    return terminated != null && terminated.getExitCode() == 0;
  }

  /** Now, or the last time, if it waits to be started again. */
  private static boolean endedBadly(ContainerStatus status) {
    var now = status.getState().getTerminated();
    var last = status.getLastState() == null ? null : status.getLastState().getTerminated();
    return now != null
        ? now.getExitCode() != 0
        : status.getState().getWaiting() != null && last != null && last.getExitCode() != 0;
  }
}
