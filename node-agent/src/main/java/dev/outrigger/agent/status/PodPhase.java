package dev.outrigger.agent.status;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;

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
    String policy = Optional.ofNullable(pod.getSpec().getRestartPolicy()).orElse("Always");
    boolean deleting = pod.getMetadata().getDeletionTimestamp() != null;
    return deleting || (oneShot && "Always".equals(policy)) ? "Never" : policy;
  }

  static String of(String policy, List<ContainerStatus> init, List<ContainerStatus> main) {
    boolean initRunning = init.stream().anyMatch(s -> s.getState().getTerminated() == null);
    boolean initFailed = init.stream().anyMatch(PodPhase::failed);
    if (initFailed && "Never".equals(policy)) {
      return "Failed";
    }
    long waiting =
        main.stream()
            .filter(s -> s.getState().getWaiting() != null)
            .filter(s -> s.getLastState() == null || s.getLastState().getTerminated() == null)
            .count();
    if (initRunning || initFailed || waiting > 0) {
      return "Pending";
    }
    boolean allEnded = main.stream().allMatch(s -> s.getState().getTerminated() != null);
    if (!allEnded || "Always".equals(policy)) {
      return "Running";
    }
    if (main.stream().noneMatch(PodPhase::failed)) {
      return "Succeeded";
    }
    return "Never".equals(policy) ? "Failed" : "Running";
  }

  private static boolean failed(ContainerStatus status) {
    var terminated = status.getState().getTerminated();
    return terminated != null && terminated.getExitCode() != 0;
  }
}
