package dev.outrigger.agent.pod;

import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.agent.probe.ProbeKind;
import dev.outrigger.agent.probe.ProbeTarget;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Probes of all containers and hooks of the first, whose findings a test makes. Hooks run for Pods
 * that bear the labels {@code preStop} and {@code postStart}, start-up probes of sidecars that have
 * one; any other running container is ready and started until something else is found. Findings are
 * of the run that the agent knows of.
 */
final class SteppedCare implements ContainerCare {

  private static final String HOOKED = "c0";
  private static final Duration LEAST_GRACE = Duration.ofSeconds(2);

  private record Read(LastWords.Ended run, Consumer<String> words) {}

  /** Logs are read when they are made to be. */
  private final class Reads implements LastWords.Tails {
    @Override
    public void read(LastWords.Ended run, Consumer<String> told) {
      reads.add(new Read(run, told));
    }

    @Override
    public void close() {
      reads.clear();
    }
  }

  private final Listener listener;
  private final Clock clock;
  private final SteppedWords words;
  private final SteppedFindings findings;
  private final LastWords lastWords;
  private final Map<String, CaredPod> cared = new HashMap<>();
  private final List<Read> reads = new ArrayList<>();

  SteppedCare(Listener listener, Clock clock, SteppedBackend backend) {
    this.listener = listener;
    this.clock = clock;
    this.words = backend.words();
    this.findings = backend.findings();
    this.lastWords = new LastWords(Optional.of(new Reads()), listener);
  }

  @Override
  public boolean sync(PodEntry entry, PodSituation now) {
    String uid = entry.key().uid();
    if (now.pod() == null || now.workload() == null || now.workload().isTerminated()) {
      cared.remove(uid);
    } else {
      care(uid, now.pod(), now.workload(), now);
    }
    return lastWords.awaits(now);
  }

  private void care(String uid, Pod pod, Workload workload, PodSituation now) {
    CaredPod known = cared.get(uid);
    if (known == null || !known.attempt.equals(workload.attempt())) {
      known = new CaredPod(workload.attempt());
      cared.put(uid, known);
    }
    for (Container container : ProbeTarget.containers(pod)) {
      String name = container.getName();
      CaredPod.Run run = known.runs.get(name);
      Optional<ProbeTarget> target = ProbeTarget.of(pod, container, workload);
      if (target.isEmpty() && run != null) {
        run.probed = false;
      } else if (target.isPresent() && (run == null || run.run != target.get().run())) {
        known.runs.put(name, begin(pod, container, target.get(), now));
        tell(uid, known);
      }
    }
  }

  private static CaredPod.Run begin(
      Pod pod, Container container, ProbeTarget target, PodSituation now) {
    Optional<ContainerStatus> told = target.reportedRunning(now.status());
    CaredPod.Run run = new CaredPod.Run(target.run());
    run.started =
        container.getStartupProbe() == null
            || told.filter(s -> Boolean.TRUE.equals(s.getStarted())).isPresent();
    run.starting = target.container().equals(HOOKED) && has(pod, "postStart") && told.isEmpty();
    return run;
  }

  /** In the order of the agent's: of a container that starts, nothing is known too early. */
  private void tell(String uid, CaredPod known) {
    listener.hooked(uid, known.hooked());
    listener.probed(uid, known.probed());
  }

  @Override
  public void forget(String uid) {
    cared.remove(uid);
    lastWords.forget(uid);
  }

  @Override
  public Optional<Duration> beforeStop(
      PodSituation now, Duration grace, Optional<PodHealth.Unwell> unwell, boolean restarts) {
    CaredPod known = now.workload() == null ? null : cared.get(now.workload().key().uid());
    if (now.pod() == null || known == null || !has(now.pod(), "preStop")) {
      return Optional.of(grace);
    }
    if (known.ending == null) {
      known.ending = new CaredPod.Ending(clock.instant());
    }
    return left(known.ending, grace);
  }

  @Override
  public Optional<Duration> beforeStop(PodSituation now, PodAction.StopContainer stop) {
    CaredPod known = now.workload() == null ? null : cared.get(now.workload().key().uid());
    CaredPod.Run run = known == null ? null : known.runs.get(stop.unwell().container());
    if (now.pod() == null
        || run == null
        || !run.probed
        || !stop.unwell().container().equals(HOOKED)
        || !has(now.pod(), "preStop")) {
      return Optional.of(stop.grace());
    }
    if (run.ending == null) {
      run.ending = new CaredPod.Ending(clock.instant());
    }
    return left(run.ending, stop.grace());
  }

  private Optional<Duration> left(CaredPod.Ending ending, Duration grace) {
    Duration left = grace.minus(Duration.between(ending.begun, clock.instant()));
    if (!ending.over && left.isPositive()) {
      return Optional.empty();
    }
    return Optional.of(left.compareTo(LEAST_GRACE) < 0 ? LEAST_GRACE : left);
  }

  private static boolean has(Pod pod, String hook) {
    return pod.getMetadata().getLabels() != null && pod.getMetadata().getLabels().containsKey(hook);
  }

  /** Ordinary init containers have no probes; one that has not started is not asked more. */
  void probe(String uid, Container container, Step.Finding finding) {
    CaredPod known = cared.get(uid);
    CaredPod.Run run = known == null ? null : known.runs.get(container.getName());
    if (known == null
        || run == null
        || !run.probed
        || run.failed != null
        || container.getName().startsWith("i")
        || (!run.started && finding == Step.Finding.UNREADY)) {
      return;
    }
    switch (finding) {
      case READY -> {
        if (!run.started) {
          find(known, container.getName(), run, SteppedFindings.Kind.STARTED);
        }
        run.started = true;
        run.ready = true;
      }
      case UNREADY -> run.ready = false;
      case UNWELL -> {
        run.failed = run.started ? ProbeKind.LIVENESS : ProbeKind.STARTUP;
        run.ready = false;
        find(known, container.getName(), run, SteppedFindings.Kind.UNWELL);
      }
    }
    tell(uid, known);
  }

  private void find(CaredPod known, String container, CaredPod.Run run, SteppedFindings.Kind kind) {
    findings.add(known.attempt, container, run.run, kind);
  }

  /** Ends the hook that runs for the Pod, if one does. */
  void hookEnds(String uid, boolean well) {
    CaredPod known = cared.get(uid);
    CaredPod.Run run = known == null ? null : known.runs.get(HOOKED);
    if (known == null) {
      return;
    }
    if (run != null && run.probed && run.starting) {
      run.starting = false;
      run.hookFailed = !well;
      if (!well) {
        find(known, HOOKED, run, SteppedFindings.Kind.HOOK_FAILED);
      }
      tell(uid, known);
    } else if (run != null && run.ending != null && !run.ending.over) {
      run.ending.over = true;
      listener.stoppedWaiting(uid);
    } else if (known.ending != null && !known.ending.over) {
      known.ending.over = true;
      listener.stoppedWaiting(uid);
    }
  }

  void allHooksEnd() {
    Set.copyOf(cared.keySet()).forEach(uid -> hookEnds(uid, true));
  }

  /** Start-up probes of this Pod's containers succeed. */
  void allStart(String pod) {
    for (CaredPod known : List.copyOf(cared.values())) {
      known.runs.forEach(
          (name, run) -> {
            if (!run.started && known.attempt.key().name().equals(pod)) {
              Container container = new ContainerBuilder().withName(name).build();
              probe(known.attempt.key().uid(), container, Step.Finding.READY);
            }
          });
    }
  }

  /** What was found of this run. */
  boolean isReady(PodAttempt attempt, String container, int restarts) {
    return isKnown(attempt, container, restarts, r -> r.started && r.ready && !r.starting);
  }

  boolean isUnwell(PodAttempt attempt, String container, int restarts) {
    return isKnown(attempt, container, restarts, r -> r.failed != null || r.hookFailed);
  }

  private boolean isKnown(
      PodAttempt attempt, String container, int restarts, Predicate<CaredPod.Run> what) {
    CaredPod known = cared.get(attempt.key().uid());
    CaredPod.Run run = known == null ? null : known.runs.get(container);
    return known != null
        && run != null
        && known.attempt.equals(attempt)
        && run.run == restarts
        && what.test(run);
  }

  /** Logs of the Pod that are being read come, or it turns out that they cannot be read. */
  boolean wordsCome(String uid, boolean readable) {
    List<Read> due = reads.stream().filter(r -> r.run().attempt().key().uid().equals(uid)).toList();
    reads.removeAll(due);
    due.forEach(r -> r.words().accept(words.read(r.run(), readable)));
    return !due.isEmpty();
  }

  boolean allWordsCome() {
    Set<String> uids = new TreeSet<>();
    reads.forEach(r -> uids.add(r.run().attempt().key().uid()));
    uids.forEach(uid -> wordsCome(uid, true));
    return !uids.isEmpty();
  }

  @Override
  public void close() {
    cared.clear();
    lastWords.close();
  }
}
