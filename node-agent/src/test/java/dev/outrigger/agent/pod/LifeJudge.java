package dev.outrigger.agent.pod;

import dev.outrigger.agent.status.PodPhase;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.ContainerStop;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Sidecars;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What must be so of every single act of an agent. */
final class LifeJudge implements SteppedApi.Judge, SteppedBackend.Judge {

  private static final List<String> PHASES = List.of("Pending", "Running", "Succeeded", "Failed");

  private final VirtualTime clock;
  private final Function<String, Optional<Pod>> told;
  private final Set<String> endedByAgent = new HashSet<>();
  private @Nullable SteppedApi api;
  private @Nullable SteppedBackend backend;
  private Supplier<Optional<SteppedAgent>> agent = Optional::empty;

  /**
   * @param told what the agent knows of the Pod with this UID
   */
  LifeJudge(VirtualTime clock, Function<String, Optional<Pod>> told) {
    this.clock = clock;
    this.told = told;
  }

  void watch(
      SteppedApi watchedApi,
      SteppedBackend watchedBackend,
      Supplier<Optional<SteppedAgent>> watchedAgent) {
    this.api = watchedApi;
    this.backend = watchedBackend;
    this.agent = watchedAgent;
  }

  static void check(boolean good, String what) {
    if (!good) {
      throw new AssertionError(what);
    }
  }

  @Override
  public void starts(SteppedRun run, String container) {
    check(
        run.late || !endedByAgent.contains(run.attempt.key().uid()),
        run + ": " + container + " is started after the Pod's end");
  }

  @Override
  public void stopping(HostRun run, ContainerStop stop, int restarts) {
    RunsJudge.stopping(backend().findings(), run, stop, restarts);
  }

  @Override
  public void started(HostRun run, String container, int restarts) {
    check(
        backend()
            .findings()
            .contains(run.attempt, container, restarts, SteppedFindings.Kind.STARTED),
        run + ": nobody has found that " + container + " has started");
  }

  @Override
  public void ending(HostRun run) {
    String uid = run.attempt.key().uid();
    api()
        .withUid(uid)
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .filter(pod -> !PodPhase.isTerminal(PodDecision.phase(pod.getStatus())))
        .filter(pod -> !api().wasDeclaredFailed(pod) && !mayBeOverdue(pod))
        .ifPresent(pod -> RunsJudge.ending(backend().findings(), pod, run, backend().runs(uid)));
  }

  @Override
  public void starting(PodWork work) {
    PodAttempt attempt = work.attempt();
    String token = attempt.token();
    String uid = attempt.key().uid();
    check(
        agent.get().filter(a -> a.knowsEnd(attempt)).isEmpty(),
        token + " is started though it is known to have ended");
    check(!endedByAgent.contains(attempt.key().uid()), token + " is started after the Pod's end");
    PaceJudge.starting(attempt, backend().runs(uid), clock);
    Optional<Pod> known = told.apply(attempt.key().uid());
    check(known.isPresent(), token + " is started though its Pod is known to be gone");
    known.ifPresent(
        pod -> {
          check(
              pod.getMetadata().getDeletionTimestamp() == null,
              token + " is started though its Pod is known to be deleted");
          check(
              !PodPhase.isTerminal(PodDecision.phase(pod.getStatus())),
              token + " is started though its Pod is known to have ended");
          check(!isOverdue(pod), token + " is started after the Pod's active deadline");
        });
    api()
        .withUid(uid)
        .ifPresent(
            pod -> {
              check(
                  PodDecision.attempt(pod.getStatus()) == attempt.number(),
                  token + " is started, its number is not written");
            });
  }

  /** A Pod has begun with the first write that tells so, be it answered or not. */
  private boolean mayBeOverdue(Pod pod) {
    return isOverdue(pod)
        || (pod.getSpec().getActiveDeadlineSeconds() != null
            && pod.getStatus().getStartTime() == null);
  }

  private boolean isOverdue(Pod pod) {
    return ActiveDeadline.of(pod, pod.getStatus().getStartTime())
        .filter(at -> !clock.instant().isBefore(at))
        .isPresent();
  }

  private WordsJudge words() {
    return new WordsJudge(backend().words());
  }

  private SteppedBackend backend() {
    return java.util.Objects.requireNonNull(backend);
  }

  private SteppedApi api() {
    return java.util.Objects.requireNonNull(api);
  }

  @Override
  public void patched(Pod pod, PodStatus after) {
    PodStatus before = pod.getStatus();
    String uid = pod.getMetadata().getUid();
    String from = PodDecision.phase(before);
    String to = PodDecision.phase(after);
    String change = uid + ": " + from + " -> " + to;
    Optional<PodStatus> known = told.apply(uid).map(Pod::getStatus);
    // As a kubelet, the agent may write over an end that it has not been told of.
    boolean unaware =
        SteppedApi.isDeclaredFailed(pod)
            && known.filter(s -> PodPhase.isTerminal(PodDecision.phase(s))).isEmpty();
    check(
        unaware
            || (PodPhase.isTerminal(from)
                ? from.equals(to)
                : PHASES.indexOf(from) <= PHASES.indexOf(to)),
        change);
    check(
        before.getStartTime() == null || after.getStartTime().equals(before.getStartTime()),
        uid + ": another start time");
    InitJudge.patched(pod, after);
    words().patched(pod, after);
    new RunsJudge(runs(pod), backend().words()).patched(pod, after);
    transitions(pod, before.getContainerStatuses(), after.getContainerStatuses());
    transitions(pod, before.getInitContainerStatuses(), after.getInitContainerStatuses());
    if (PodPhase.isTerminal(to) && !PodPhase.isTerminal(from)) {
      ended(pod, after, change);
    }
  }

  private void ended(Pod pod, PodStatus after, String change) {
    endedByAgent.add(pod.getMetadata().getUid());
    List<SteppedRun> runs = runs(pod);
    check(
        runs.stream().noneMatch(r -> r.isKnownLive() && !StartOrder.isSpent(r)),
        change + " while it runs");
    if ("Succeeded".equals(after.getPhase())) {
      check(!runs.isEmpty() && succeeded(pod, runs), change + " though it did not succeed");
    }
    if (ActiveDeadline.REASON.equals(after.getReason())) {
      check(
          ActiveDeadline.of(pod, after.getStartTime())
              .filter(at -> !clock.latest().isBefore(at))
              .isPresent(),
          change + " before its active deadline");
    }
  }

  /** A container that ended well and is not to be started again has succeeded for good. */
  static boolean succeeded(Pod pod, List<SteppedRun> runs) {
    String policy = pod.getSpec().getRestartPolicy();
    return pod.getSpec().getContainers().stream()
        .allMatch(
            c ->
                EndsJudge.done(c, policy, runs)
                    .map(end -> end.exitCode().orElse(1) == 0)
                    .orElseGet(() -> succeeded(c.getName(), runs.getLast())));
  }

  private static boolean succeeded(String container, SteppedRun run) {
    return run.now().containers().stream()
        .filter(c -> c.name().equals(container))
        .anyMatch(
            c -> c.state() instanceof ContainerState.Terminated t && t.exitCode().orElse(1) == 0);
  }

  /** As the API server's ValidateContainerStateTransition; and restarts are never forgotten. */
  private static void transitions(
      Pod pod, List<ContainerStatus> before, List<ContainerStatus> after) {
    Map<String, ContainerStatus> now =
        after.stream().collect(Collectors.toMap(ContainerStatus::getName, Function.identity()));
    Set<String> sidecars = Sidecars.names(pod.getSpec());
    for (ContainerStatus was : before) {
      ContainerStatus is = now.get(was.getName());
      String name = pod.getMetadata().getUid() + "/" + was.getName();
      if (is == null) {
        throw new AssertionError(name + ": its status is gone");
      }
      check(is.getRestartCount() >= was.getRestartCount(), name + ": restart count falls");
      var end = was.getState().getTerminated();
      boolean mayRun =
          end == null
              || sidecars.contains(was.getName())
              || KubeletRules.restarts(
                  KubeletRules.container(pod.getSpec(), was.getName()),
                  pod.getSpec().getRestartPolicy(),
                  end.getExitCode());
      check(
          mayRun || is.getState().getTerminated() != null,
          name + ": the API server refuses to let an ended container run again");
    }
  }

  @Override
  public void confirmed(Pod pod) {
    String uid = pod.getMetadata().getUid();
    check(pod.getMetadata().getDeletionTimestamp() != null, uid + ": nobody deletes it");
    List<SteppedRun> runs = runs(pod);
    check(
        runs.stream().noneMatch(SteppedRun::isKnownLive),
        uid + ": its deletion is confirmed while it runs");
    if (!runs.isEmpty() && !runs.getLast().removed && !runs.getLast().late) {
      EndsJudge.sameEnds(runs.getLast(), pod.getStatus());
    }
  }

  private List<SteppedRun> runs(Pod pod) {
    return backend().runs(pod.getMetadata().getUid());
  }
}
