package dev.outrigger.agent.pod;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
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

  private final PodSpec spec;
  private final String policy;
  private final List<SteppedRun> runs;
  private final SteppedRun last;
  private int pendingInit;
  private int failedInit;
  private int failedInitForGood;
  private int running;
  private int waiting;
  private int stopped;
  private int stoppedForGood;
  private int succeeded;
  private boolean begun;
  private boolean unseen;
  private boolean initialized = true;

  /**
   * @param policy that counts
   * @param runs of the Pod, in order; one at least
   */
  KubeletModel(PodSpec spec, String policy, List<SteppedRun> runs) {
    this.spec = spec;
    this.policy = policy;
    this.runs = runs;
    this.last = runs.getLast();
    last.now(RunHistory.Role.INIT).forEach(this::init);
    last.now(RunHistory.Role.SIDECAR).forEach(this::sidecar);
    last.now(RunHistory.Role.MAIN).forEach(this::main);
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
      failedInitForGood += isForGood(c) ? 1 : 0;
    }
  }

  /** What waits is started again, as the backend says that starts it. */
  private boolean isForGood(ContainerObservation c) {
    return c.state() instanceof ContainerState.Terminated t
        && !KubeletRules.restarts(spec(c.name()), policy, code(t));
  }

  private Container spec(String container) {
    return KubeletRules.container(spec, container);
  }

  private static int code(ContainerState.Terminated end) {
    return end.exitCode().orElse(KubeletRules.UNKNOWN);
  }

  private void sidecar(ContainerObservation c) {
    boolean runs = c.state() instanceof ContainerState.Running;
    initialized &= runs && (!(last instanceof HostRun host) || host.isTold(c.name()));
    if (runs) {
      running++;
    } else if (!hasEndedOnce(c)) {
      waiting++;
    }
  }

  private void main(ContainerObservation c) {
    Optional<ContainerState.Terminated> done = done(c.name());
    if (done.isPresent()) {
      begun |= done.get().startedAt().isPresent();
      unseen |= done.get().startedAt().isEmpty();
      stopped++;
      stoppedForGood++;
      succeeded += code(done.get()) == 0 ? 1 : 0;
    } else if (c.state() instanceof ContainerState.Running) {
      begun = true;
      running++;
    } else if (hasEndedOnce(c)) {
      begun |= c.state() instanceof ContainerState.Terminated t && t.startedAt().isPresent();
      stopped++;
      stoppedForGood += isForGood(c) ? 1 : 0;
      succeeded += c.state() instanceof ContainerState.Terminated t && code(t) == 0 ? 1 : 0;
    } else {
      waiting++;
    }
  }

  /** The end that stays so, in this attempt or in one before. */
  private Optional<ContainerState.Terminated> done(String container) {
    return EndsJudge.done(spec(container), policy, runs);
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
    if (failedInitForGood > 0) {
      return "Failed";
    }
    boolean tried = failedInit > 0 && stopped != stoppedForGood;
    if (pendingInit > 0 || tried || waiting > 0) {
      return "Pending";
    }
    if (running > 0 || stopped != stoppedForGood) {
      return "Running";
    }
    return stopped == succeeded ? "Succeeded" : "Failed";
  }

  /** The condition, unless it follows from what nobody has seen. */
  Optional<Boolean> initialized() {
    if (phase().equals("Succeeded") || begun) {
      return Optional.of(true);
    }
    boolean cut =
        last.now().containers().stream()
            .anyMatch(c -> last.role(c.name()) != RunHistory.Role.MAIN && isUnstarted(c));
    boolean unknown = last.removed || unseen || cut || (!last.isLive() && failedInit == 0);
    return unknown ? Optional.empty() : Optional.of(initialized);
  }

  private static boolean isUnstarted(ContainerObservation c) {
    return c.state() instanceof ContainerState.Terminated t && t.startedAt().isEmpty();
  }
}
