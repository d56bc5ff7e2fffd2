package dev.outrigger.agent.status;

import dev.outrigger.provider.Sidecars;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HostIPBuilder;
import io.fabric8.kubernetes.api.model.PodIPBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Computes the part of a Pod's status that its node owns. Pure. */
public final class PodStatusComputer {

  private PodStatusComputer() {}

  /** The status of a Pod that runs, has run, or waits to. A terminal phase is never left. */
  public static PodStatus compute(PodFacts facts) {
    return compute(facts, false);
  }

  /** The status of a Pod that was run, and that the node has ended for a reason of its own. */
  public static PodStatus failed(PodFacts facts, String reason, String message) {
    return new PodStatusBuilder(compute(facts, true))
        .withReason(reason)
        .withMessage(message)
        .build();
  }

  private static PodStatus compute(PodFacts facts, boolean failed) {
    var spec = facts.pod().getSpec();
    boolean stopped = failed || facts.pod().getMetadata().getDeletionTimestamp() != null;
    List<ContainerStatus> init =
        ContainerStatuses.of(spec.getInitContainers(), facts, true, stopped);
    List<ContainerStatus> main = ContainerStatuses.of(spec.getContainers(), facts, false, stopped);
    Set<String> sidecars = Sidecars.names(spec);
    List<ContainerStatus> first =
        init.stream().filter(s -> !sidecars.contains(s.getName())).toList();
    List<ContainerStatus> beside =
        init.stream().filter(s -> sidecars.contains(s.getName())).toList();
    String known = Optional.ofNullable(facts.before().getPhase()).orElse("Pending");
    boolean cutShort = isCutShort(facts, known, main);
    String now =
        failed || cutShort ? "Failed" : PodPhase.of(PodPhase.restarts(facts), first, beside, main);
    boolean live =
        ContainerStatuses.hideLife(main, facts)
            || PodPhase.runs(facts)
            || (!beside.isEmpty() && PodPhase.isLive(facts));
    if (!failed && PodPhase.isTerminal(now) && live) {
      now = known;
    }
    String phase = PodPhase.isTerminal(known) ? known : now;
    PodStatusBuilder status =
        base(facts)
            .withPhase(phase)
            .withConditions(PodConditions.of(facts, cutShort ? "Pending" : phase, init, main))
            .withContainerStatuses(main);
    if (!init.isEmpty()) {
      status.withInitContainerStatuses(init);
    }
    List<ContainerStatus> ephemeral = EphemeralContainers.statuses(facts);
    if (!ephemeral.isEmpty()) {
      status.withEphemeralContainerStatuses(ephemeral);
    }
    return status.build();
  }

  /**
   * Whether the Pod's deletion came before all of its containers had started. The kubelet then says
   * Failed at the very end, with the conditions of a Pod that was pending.
   */
  private static boolean isCutShort(PodFacts facts, String known, List<ContainerStatus> main) {
    boolean ended =
        facts.pod().getMetadata().getDeletionTimestamp() != null
            && facts.workload() != null
            && facts.workload().isTerminated();
    return ended
        && (!PodPhase.isTerminal(known) || PodConditions.wasPending(facts.before()))
        && main.stream().anyMatch(PodStatusComputer::neverStarted);
  }

  private static boolean neverStarted(ContainerStatus status) {
    var end = status.getState().getTerminated();
    boolean waits = status.getState().getWaiting() != null;
    boolean startedBefore =
        status.getLastState() != null && status.getLastState().getTerminated() != null;
    return !startedBefore && (waits || (end != null && !Starts.had(end)));
  }

  /** The status of a Pod that the node does not run: Failed, with the reason, and nothing else. */
  public static PodStatus rejected(PodFacts facts, String reason, String message) {
    return new PodStatusBuilder()
        .withStartTime(
            Optional.ofNullable(facts.before().getStartTime())
                .orElse(ContainerStatuses.time(facts.now())))
        .withObservedGeneration(facts.pod().getMetadata().getGeneration())
        .withPhase("Failed")
        .withReason(reason)
        .withMessage(message)
        .build();
  }

  private static PodStatusBuilder base(PodFacts facts) {
    PodStatusBuilder status =
        new PodStatusBuilder()
            .withObservedGeneration(facts.pod().getMetadata().getGeneration())
            .withReason(facts.before().getReason())
            .withMessage(facts.before().getMessage())
            .withHostIP(facts.hostIp())
            .withHostIPs(new HostIPBuilder().withIp(facts.hostIp()).build())
            .withStartTime(
                Optional.ofNullable(facts.before().getStartTime())
                    .orElse(ContainerStatuses.time(facts.now())));
    Optional<String> ip =
        Optional.ofNullable(facts.workload())
            .flatMap(Workload::podIp)
            .or(() -> Optional.ofNullable(facts.before().getPodIP()));
    ip.ifPresent(
        address ->
            status.withPodIP(address).withPodIPs(new PodIPBuilder().withIp(address).build()));
    return status;
  }
}
