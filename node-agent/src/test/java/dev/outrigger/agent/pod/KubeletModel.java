package dev.outrigger.agent.pod;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import java.util.List;
import java.util.Optional;

/**
 * What a kubelet says of a Pod whose containers came to what these runs say, by its own rules and
 * counters (getPhase of pkg/kubelet/kubelet_pods.go and GeneratePodInitializedCondition of
 * pkg/kubelet/status/generate.go, Kubernetes 1.35). As for a kubelet, an attempt is what a restart
 * of containers is: what ended well and is not started again by the policy has done so for good,
 * whatever the next attempt makes of it.
 */
final class KubeletModel {

  private final String policy;
  private final List<SteppedRun> runs;
  private final SteppedRun last;
  private int pendingInit;
  private int failedInit;
  private int running;
  private int waiting;
  private int stopped;
  private int succeeded;
  private boolean begun;
  private boolean initialized = true;

  /**
   * @param policy that counts
   * @param runs of the Pod, in order; one at least
   */
  KubeletModel(String policy, List<SteppedRun> runs) {
    this.policy = policy;
    this.runs = runs;
    this.last = runs.getLast();
    last.now(SteppedRun.Role.INIT).forEach(this::init);
    last.now(SteppedRun.Role.SIDECAR).forEach(this::sidecar);
    last.now(SteppedRun.Role.MAIN).forEach(this::main);
  }

  private void init(ContainerObservation c) {
    if (hasSucceeded(c.name(), runs)) {
      return;
    }
    initialized = false;
    if (c.state() instanceof ContainerState.Running || !hasEndedOnce(c)) {
      pendingInit++;
    } else {
      failedInit++;
    }
  }

  private void sidecar(ContainerObservation c) {
    boolean runs = c.state() instanceof ContainerState.Running;
    initialized &= runs;
    if (runs) {
      running++;
    } else if (!hasEndedOnce(c)) {
      waiting++;
    }
  }

  private void main(ContainerObservation c) {
    List<SteppedRun> counted = policy.equals("OnFailure") ? runs : List.of(last);
    if (hasSucceeded(c.name(), counted)) {
      begun = true;
      stopped++;
      succeeded++;
    } else if (c.state() instanceof ContainerState.Running) {
      begun = true;
      running++;
    } else if (hasEndedOnce(c)) {
      begun |= c.state() instanceof ContainerState.Terminated t && t.startedAt().isPresent();
      stopped++;
    } else {
      waiting++;
    }
  }

  private static boolean hasSucceeded(String container, List<SteppedRun> runs) {
    return runs.stream()
        .flatMap(r -> r.now().containers().stream())
        .filter(c -> c.name().equals(container))
        .anyMatch(
            c -> c.state() instanceof ContainerState.Terminated t && t.exitCode().orElse(1) == 0);
  }

  /** Now, before it was started again, or in an attempt before. */
  private boolean hasEndedOnce(ContainerObservation c) {
    return c.last().isPresent() || runs.stream().anyMatch(r -> hasEnded(c.name(), r));
  }

  private static boolean hasEnded(String container, SteppedRun run) {
    return run.now().containers().stream()
        .anyMatch(
            c -> c.name().equals(container) && c.state() instanceof ContainerState.Terminated);
  }

  /** Of a Pod that has ended, but would be started again, it is none of the two last ones. */
  String phase() {
    if (failedInit > 0 && policy.equals("Never")) {
      return "Failed";
    }
    if (pendingInit > 0 || failedInit > 0 || waiting > 0) {
      return "Pending";
    }
    if (running > 0 || policy.equals("Always")) {
      return "Running";
    }
    if (stopped == succeeded) {
      return "Succeeded";
    }
    return policy.equals("Never") ? "Failed" : "Running";
  }

  /** The condition, unless it follows from what nobody has seen. */
  Optional<Boolean> initialized() {
    if (phase().equals("Succeeded") || begun) {
      return Optional.of(true);
    }
    boolean cut =
        last.now().containers().stream()
            .anyMatch(c -> last.role(c.name()) != SteppedRun.Role.MAIN && isUnstarted(c));
    boolean unknown = last.removed || cut || (!last.isLive() && failedInit == 0);
    return unknown ? Optional.empty() : Optional.of(initialized);
  }

  private static boolean isUnstarted(ContainerObservation c) {
    return c.state() instanceof ContainerState.Terminated t && t.startedAt().isEmpty();
  }
}
