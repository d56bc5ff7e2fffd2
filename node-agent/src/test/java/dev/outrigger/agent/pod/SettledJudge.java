package dev.outrigger.agent.pod;

import static dev.outrigger.agent.pod.LifeJudge.check;

import dev.outrigger.agent.status.PodPhase;
import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What must be so once nothing goes wrong any more, everything was told and nothing is to be done:
 * the model says from what really ran what each Pod's status has to be.
 */
final class SettledJudge {

  private final SteppedApi api;
  private final SteppedBackend backend;
  private final Clock clock;
  private final boolean once;

  SettledJudge(SteppedApi api, SteppedBackend backend, Clock clock, Step.Kind kind) {
    this.api = api;
    this.backend = backend;
    this.clock = clock;
    this.once = kind == Step.Kind.ONCE;
  }

  void settled(SteppedAgent agent) {
    for (SteppedRun run : backend.all()) {
      String uid = run.attempt.key().uid();
      check(
          !run.isLive() || api.withUid(uid).isPresent(),
          run.attempt.token() + " runs on without its Pod");
    }
    for (String uid : agent.remembered()) {
      check(api.withUid(uid).isPresent(), uid + " is remembered without its Pod");
    }
    api.list().forEach(pod -> settled(pod, agent));
  }

  private void settled(Pod pod, SteppedAgent agent) {
    String uid = pod.getMetadata().getUid();
    List<SteppedRun> runs = backend.runs(uid);
    boolean live = runs.stream().anyMatch(SteppedRun::isLive);
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
    SteppedRun last = runs.getLast();
    int told = PodDecision.attempt(status);
    int latest = latestRun(pod, runs);
    check(told == latest, uid + ": restart count " + told + ", run " + latest);
    check(isWithoutGaps(runs), uid + ": an attempt was left out");
    if (last.isLive()) {
      running(pod, last, agent.care());
    } else {
      over(pod, last);
    }
  }

  /**
   * The highest number of a main container's run, but of those that were told to be done before.
   */
  private static int latestRun(Pod pod, List<SteppedRun> runs) {
    SteppedRun last = runs.getLast();
    List<SteppedRun> before = runs.subList(0, runs.size() - 1);
    String policy = pod.getSpec().getRestartPolicy();
    return pod.getSpec().getContainers().stream()
        .filter(c -> EndsJudge.done(c, policy, before).isEmpty())
        .mapToInt(c -> last.attempt.number() + last.restarts(c.getName()))
        .max()
        .orElseGet(last::latestRun);
  }

  /** The first attempt is 0; the next is at most one more than the runs of the one before. */
  private static boolean isWithoutGaps(List<SteppedRun> runs) {
    int most = 0;
    for (SteppedRun run : runs) {
      if (run.attempt.number() > most) {
        return false;
      }
      most = run.highestNumber() + 1;
    }
    return true;
  }

  private void running(Pod pod, SteppedRun run, SteppedCare care) {
    PodStatus status = pod.getStatus();
    String token = run.attempt.token();
    List<ContainerObservation> mains = run.now(RunHistory.Role.MAIN);
    check(
        mains.stream().noneMatch(c -> hasEnded(c) && runsAlways(pod, c)),
        token + ": a container that is to run always has ended, and stays so");
    check(
        !Stream.concat(mains.stream(), run.now(RunHistory.Role.INIT).stream())
            .allMatch(SettledJudge::hasEnded),
        token + ": sidecars run, and nothing beside them ever will");
    kubeletSays(pod, run, pod.getSpec().getRestartPolicy());
    run.now().containers().forEach(seen -> EndsJudge.same(run, seen, status));
    ready(run, status, care);
    for (ContainerObservation seen : run.now().containers()) {
      check(
          !(seen.state() instanceof ContainerState.Running)
              || !care.isUnwell(run.attempt, seen.name(), seen.restarts()),
          token + ": " + seen + " is unwell, and goes on");
      check(
          !(run instanceof HostRun) || !StartOrder.neverRan(seen) || !startsInTime(pod),
          token + ": " + seen + " waits for ever");
    }
  }

  /** Init containers and start-up probes of the others go on for ever. */
  private static boolean startsInTime(Pod pod) {
    return pod.getMetadata().getName().equals(Step.Name.A.name());
  }

  private boolean runsAlways(Pod pod, ContainerObservation main) {
    String own = KubeletRules.container(pod.getSpec(), main.name()).getRestartPolicy();
    return "Always".equals(own == null ? KubeletRules.policy(pod, once) : own);
  }

  private static boolean hasEnded(ContainerObservation container) {
    return container.state() instanceof ContainerState.Terminated;
  }

  /** By what is known of all runs, or of those that the backend had not lost. */
  private void kubeletSays(Pod pod, SteppedRun last, String policy) {
    PodStatus status = pod.getStatus();
    PodSpec spec = pod.getSpec();
    List<SteppedRun> runs = backend.runs(last.attempt.key().uid());
    List<SteppedRun> known = runs.stream().filter(r -> !r.removed || r.equals(last)).toList();
    List<KubeletModel> models =
        List.of(new KubeletModel(spec, policy, runs), new KubeletModel(spec, policy, known));
    boolean unknown = last.removed && "Failed".equals(status.getPhase());
    check(
        unknown || models.stream().anyMatch(m -> m.phase().equals(status.getPhase())),
        "%s: a kubelet says %s, the phase is %s"
            .formatted(last, models.getFirst().phase(), status.getPhase()));
    boolean told = isTrue(status, "Initialized");
    check(
        unknown || models.stream().anyMatch(m -> m.initialized().orElse(told) == told),
        "%s: Initialized is %s in %s".formatted(last, told, status));
  }

  private static boolean isTrue(PodStatus status, String condition) {
    return status.getConditions().stream()
        .anyMatch(c -> c.getType().equals(condition) && c.getStatus().equals("True"));
  }

  private static void ready(SteppedRun run, PodStatus status, SteppedCare care) {
    String token = run.attempt.token();
    List<ContainerStatus> serving = new ArrayList<>(status.getContainerStatuses());
    status.getInitContainerStatuses().stream()
        .filter(s -> run.role(s.getName()) == RunHistory.Role.SIDECAR)
        .forEach(serving::add);
    for (ContainerStatus told : serving) {
      int restarts = run.restarts(told.getName());
      boolean serves =
          told.getState().getRunning() != null
              && care.isReady(run.attempt, told.getName(), restarts);
      check(
          told.getReady() == serves,
          token + "/" + told.getName() + ": ready is " + told.getReady());
    }
    boolean ready = isTrue(status, "Ready");
    boolean all = serving.stream().allMatch(ContainerStatus::getReady);
    check(ready == all, token + ": Ready is " + ready);
    check(ready == isTrue(status, "ContainersReady"), token + ": ContainersReady is not " + ready);
  }

  private void over(Pod pod, SteppedRun last) {
    PodStatus status = pod.getStatus();
    check(
        PodPhase.isTerminal(PodDecision.phase(status)),
        last.attempt.token() + " has ended, the phase is " + status.getPhase());
    kubeletSays(pod, last, KubeletRules.policy(pod, once));
    check(!isTrue(status, "Ready"), last.attempt.token() + ": Ready, though it has ended");
    EndsJudge.sameEnds(last, status);
  }
}
