package dev.outrigger.agent.pod;

import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.agent.probe.ProbeKind;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Probes and hooks of the first container, whose findings a test makes. Hooks run for Pods that
 * bear the labels {@code preStop} and {@code postStart}.
 */
final class SteppedCare implements ContainerCare {

  private static final String CONTAINER = "c0";
  private static final Duration LEAST_GRACE = Duration.ofSeconds(2);

  private static final class Cared {
    final int attempt;
    @Nullable Instant stopBegun;
    boolean stopEnded;
    boolean hooked;
    boolean starting;

    Cared(int attempt) {
      this.attempt = attempt;
    }
  }

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
  private final LastWords lastWords;
  private final Map<String, Cared> cared = new HashMap<>();
  private final List<Read> reads = new ArrayList<>();

  SteppedCare(Listener listener, Clock clock, SteppedWords words) {
    this.listener = listener;
    this.clock = clock;
    this.words = words;
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
    int attempt = workload.attempt().number();
    Cared known = cared.get(uid);
    if (known == null || known.attempt != attempt) {
      known = new Cared(attempt);
      cared.put(uid, known);
    }
    boolean running =
        workload.containers().stream()
            .anyMatch(
                c -> c.name().equals(CONTAINER) && c.state() instanceof ContainerState.Running);
    if (running && !known.hooked && has(pod, "postStart")) {
      known.hooked = true;
      if (!isToldRunning(now, attempt)) {
        known.starting = true;
        listener.hooked(uid, PodHealth.ofHooks(attempt, Set.of(CONTAINER), Map.of()));
      }
    }
  }

  @Override
  public void forget(String uid) {
    cared.remove(uid);
    lastWords.forget(uid);
  }

  private static boolean isToldRunning(PodSituation now, int attempt) {
    return now.status().getContainerStatuses().stream()
        .anyMatch(
            s ->
                s.getName().equals(CONTAINER)
                    && s.getRestartCount() == attempt
                    && s.getState().getRunning() != null);
  }

  @Override
  public Optional<Duration> beforeStop(
      PodSituation now, Duration grace, Optional<PodHealth.Unwell> unwell, boolean restarts) {
    Cared known = now.workload() == null ? null : cared.get(now.workload().key().uid());
    if (now.pod() == null || known == null || !has(now.pod(), "preStop")) {
      return Optional.of(grace);
    }
    if (known.stopBegun == null) {
      known.stopBegun = clock.instant();
    }
    Duration left = grace.minus(Duration.between(known.stopBegun, clock.instant()));
    if (!known.stopEnded && left.isPositive()) {
      return Optional.empty();
    }
    return Optional.of(left.compareTo(LEAST_GRACE) < 0 ? LEAST_GRACE : left);
  }

  @Override
  public Optional<Duration> beforeStop(PodSituation now, PodAction.StopContainer stop) {
    return Optional.of(stop.grace());
  }

  private static boolean has(Pod pod, String hook) {
    return pod.getMetadata().getLabels() != null && pod.getMetadata().getLabels().containsKey(hook);
  }

  void probe(String uid, Step.Finding finding) {
    Cared known = cared.get(uid);
    if (known != null) {
      List<PodHealth.Unwell> unwell =
          finding == Step.Finding.UNWELL
              ? List.of(
                  new PodHealth.Unwell(
                      CONTAINER, 0, Optional.of(ProbeKind.LIVENESS), Optional.empty()))
              : List.of();
      Set<String> unready = finding == Step.Finding.READY ? Set.of() : Set.of(CONTAINER);
      listener.probed(uid, new PodHealth(known.attempt, Set.of(), Set.of(), unready, unwell));
    }
  }

  /** Ends the hook that runs for the Pod, if one does. */
  void hookEnds(String uid, boolean well) {
    Cared known = cared.get(uid);
    if (known != null && known.starting) {
      known.starting = false;
      Map<String, Integer> failed = well ? Map.of() : Map.of(CONTAINER, 0);
      listener.hooked(uid, PodHealth.ofHooks(known.attempt, failed.keySet(), failed));
    } else if (known != null && known.stopBegun != null && !known.stopEnded) {
      known.stopEnded = true;
      listener.stoppedWaiting(uid);
    }
  }

  void allHooksEnd() {
    Set.copyOf(cared.keySet()).forEach(uid -> hookEnds(uid, true));
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
