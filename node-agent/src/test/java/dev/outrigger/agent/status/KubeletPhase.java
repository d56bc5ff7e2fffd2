package dev.outrigger.agent.status;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import java.util.List;

/**
 * getPhase of pkg/kubelet/kubelet_pods.go (Kubernetes 1.35), written down line by line with its
 * counters: what {@link PodPhase} is compared with. All containers have a status here, and a
 * sidecar that runs has started.
 */
final class KubeletPhase {

  private int pendingInit;
  private int failedInit;
  private int running;
  private int waiting;
  private int stopped;
  private int succeeded;
  private int mains;

  private KubeletPhase() {}

  static String of(
      String policy,
      List<ContainerStatus> init,
      List<ContainerStatus> sidecars,
      List<ContainerStatus> main) {
    KubeletPhase count = new KubeletPhase();
    init.forEach(count::init);
    sidecars.forEach(count::sidecar);
    main.forEach(count::main);
    return count.phase(policy);
  }

  private void init(ContainerStatus status) {
    if (status.getState().getRunning() != null) {
      pendingInit++;
    } else if (status.getState().getTerminated() != null) {
      if (status.getState().getTerminated().getExitCode() != 0) {
        failedInit++;
      }
    } else if (hasLast(status)) {
      if (status.getLastState().getTerminated().getExitCode() != 0) {
        failedInit++;
      }
    } else {
      pendingInit++;
    }
  }

  private void sidecar(ContainerStatus status) {
    if (status.getState().getRunning() != null) {
      running++;
    } else if (status.getState().getWaiting() != null && !hasLast(status)) {
      waiting++;
    }
  }

  private void main(ContainerStatus status) {
    mains++;
    if (status.getState().getRunning() != null) {
      running++;
    } else if (status.getState().getTerminated() != null) {
      stopped++;
      if (status.getState().getTerminated().getExitCode() == 0) {
        succeeded++;
      }
    } else if (hasLast(status)) {
      stopped++;
    } else {
      waiting++;
    }
  }

  private String phase(String policy) {
    if (failedInit > 0 && policy.equals("Never")) {
      return "Failed";
    }
    // A Pod that initializes anew, since its backend lost it, is pending all the while.
    boolean anew = failedInit > 0 && (policy.equals("Always") || succeeded < mains);
    if (pendingInit > 0 || anew || waiting > 0) {
      return "Pending";
    }
    if (running > 0) {
      return "Running";
    }
    if (stopped == 0) {
      return "Pending";
    }
    if (policy.equals("Always")) {
      return "Running";
    }
    if (stopped == succeeded) {
      return "Succeeded";
    }
    return policy.equals("Never") ? "Failed" : "Running";
  }

  private static boolean hasLast(ContainerStatus status) {
    return status.getLastState() != null && status.getLastState().getTerminated() != null;
  }
}
