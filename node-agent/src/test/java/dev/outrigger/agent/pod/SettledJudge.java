package dev.outrigger.agent.pod;

import static dev.outrigger.agent.pod.LifeJudge.check;

import dev.outrigger.agent.status.PodPhase;
import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * What must be so once nothing goes wrong any more, everything was told and nothing is to be done:
 * the model says from what really ran what each Pod's status has to be.
 */
final class SettledJudge {

  private final SteppedApi api;
  private final SteppedBackend backend;
  private final Clock clock;
  private final boolean oneShot;

  SettledJudge(SteppedApi api, SteppedBackend backend, Clock clock, boolean oneShot) {
    this.api = api;
    this.backend = backend;
    this.clock = clock;
    this.oneShot = oneShot;
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
    api.list().forEach(this::settled);
  }

  private void settled(Pod pod) {
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
    check(
        PodDecision.attempt(status) == last.latestRun(),
        uid + ": restart count " + PodDecision.attempt(status) + ", run " + last.latestRun());
    check(isWithoutGaps(runs), uid + ": an attempt was left out");
    if (last.isLive()) {
      running(pod, last);
    } else {
      over(pod, last);
    }
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

  private void running(Pod pod, SteppedRun run) {
    PodStatus status = pod.getStatus();
    String token = run.attempt.token();
    List<ContainerObservation> mains = run.now(SteppedRun.Role.MAIN);
    String policy = PodPhase.effectivePolicy(pod, oneShot);
    check(
        mains.stream().noneMatch(SettledJudge::hasEnded) || !"Always".equals(policy),
        token + ": a container that is to run always has ended, and stays so");
    check(
        !mains.stream().allMatch(SettledJudge::hasEnded),
        token + ": sidecars run, and nothing beside them ever will");
    kubeletSays(status, run, pod.getSpec().getRestartPolicy());
    run.now().containers().forEach(seen -> EndsJudge.same(run, seen, status));
    ready(run, status);
  }

  private static boolean hasEnded(ContainerObservation container) {
    return container.state() instanceof ContainerState.Terminated;
  }

  /** By what is known of all runs, or of those that the backend had not lost. */
  private void kubeletSays(PodStatus status, SteppedRun last, String policy) {
    List<SteppedRun> runs = backend.runs(last.attempt.key().uid());
    List<SteppedRun> known = runs.stream().filter(r -> !r.removed || r == last).toList();
    List<KubeletModel> models =
        List.of(new KubeletModel(policy, runs), new KubeletModel(policy, known));
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

  /** Of the first container, probes and hooks know more. */
  private static void ready(SteppedRun run, PodStatus status) {
    String token = run.attempt.token();
    List<ContainerStatus> serving = new ArrayList<>(status.getContainerStatuses());
    status.getInitContainerStatuses().stream()
        .filter(s -> run.role(s.getName()) == SteppedRun.Role.SIDECAR)
        .forEach(serving::add);
    for (ContainerStatus told : serving) {
      boolean runs = told.getState().getRunning() != null;
      boolean probed = told.getName().equals("c0");
      check(
          probed ? runs || !told.getReady() : told.getReady() == runs,
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
    kubeletSays(status, last, PodPhase.effectivePolicy(pod, oneShot));
    check(!isTrue(status, "Ready"), last.attempt.token() + ": Ready, though it has ended");
    EndsJudge.sameEnds(last, status);
  }
}
