package dev.outrigger.agent.pod;

import dev.outrigger.agent.status.BackOffState;
import dev.outrigger.agent.status.PodFacts;
import dev.outrigger.agent.status.PodPhase;
import dev.outrigger.agent.status.PodStatusComputer;
import dev.outrigger.agent.status.StatusWriter;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Computes and writes the status of one Pod, and remembers in its entry what was written. */
final class PodReporter {

  private final StatusWriter writer;
  private final PodNews news;
  private final String hostIp;
  private final boolean oneShot;
  private final Clock clock;

  PodReporter(StatusWriter writer, PodNews news, String hostIp, boolean oneShot, Clock clock) {
    this.writer = writer;
    this.news = news;
    this.hostIp = hostIp;
    this.oneShot = oneShot;
    this.clock = clock;
  }

  /** Writes what is so. */
  void report(PodEntry entry, PodSituation situation, PodFacts.Waiting waiting) {
    PodStatus before = situation.status();
    int attempt = PodDecision.attempt(before);
    Workload current = situation.isUnseen() ? null : situation.workload();
    int restarts = current == null ? attempt : current.attempt().number();
    write(
        entry,
        situation,
        current,
        Math.max(restarts, entry.numbered()),
        current == null ? endedStates(situation) : ContainerEnds.last(before),
        waiting);
  }

  /** Writes again what was written, over what others made of it. */
  void restore(PodEntry entry, PodStatus theirs) {
    writer.write(entry.key(), theirs, entry.status());
  }

  /** Writes that the ended attempt waits to be started again. */
  void backOff(PodEntry entry, PodSituation ended) {
    PodSituation situation = told(entry, ended);
    if (PodPhase.isTerminal(PodDecision.phase(situation.status()))) {
      return;
    }
    int attempt = latestTold(situation);
    String message =
        "back-off %s restarting failed container=%s pod=%s"
            .formatted(
                RestartBackOff.text(RestartBackOff.delay(attempt, PodDecision.forgiven(situation))),
                PodFacts.Waiting.CONTAINER,
                PodNews.kubeletName(entry.key()));
    write(
        entry,
        situation,
        null,
        attempt,
        endedStates(situation),
        new PodFacts.Waiting(BackOffState.CRASH_LOOP, message, unpulled(situation)));
  }

  /** The latest run that was told, or may have been: nobody may have answered. */
  private int latestTold(PodSituation situation) {
    int told = PodDecision.attempt(situation.status());
    Workload workload = situation.workload();
    if (workload == null || situation.isUnseen()) {
      return told;
    }
    int number = workload.attempt().number();
    PodFacts facts = facts(situation, workload, number, Map.of(), PodFacts.Waiting.CREATING);
    return Math.max(told, PodDecision.attempt(PodStatusComputer.compute(facts)));
  }

  private static Map<String, String> unpulled(PodSituation situation) {
    return situation.workload() == null ? Map.of() : BackOffState.unpulled(situation.workload());
  }

  /**
   * Writes how the attempt ended, in case that it was not seen before it had: what started is told
   * of, and what ended well and stays so is known to be done before the rest starts again.
   */
  private PodSituation told(PodEntry entry, PodSituation ended) {
    if (ended.isUnseen() || isBackingOff(ended.status())) {
      return ended;
    }
    report(entry, ended, PodFacts.Waiting.CREATING);
    return ended.with(entry.status());
  }

  /** Whether the status says already that the Pod waits to be started again. */
  static boolean isBackingOff(PodStatus status) {
    return statuses(status).stream()
        .map(ContainerStatus::getState)
        .anyMatch(s -> s != null && BackOffState.is(s.getWaiting()));
  }

  /**
   * Writes the next attempt's number, before it is started. What was stopped to be started again
   * and has succeeded instead has ended for good.
   */
  boolean restarting(PodEntry entry, PodSituation ended, int attempt) {
    PodSituation situation = told(entry, ended);
    if (PodPhase.isTerminal(PodDecision.phase(situation.status()))) {
      return true;
    }
    entry.numbering(attempt);
    return write(
        entry, situation, null, attempt, endedStates(situation), PodFacts.Waiting.CREATING);
  }

  /**
   * Writes that the Pod has failed since its active deadline passed, and how its containers ended.
   */
  boolean expired(PodEntry entry, PodSituation situation) {
    PodStatus failed =
        PodStatusComputer.failed(
            endFacts(entry, situation), ActiveDeadline.REASON, ActiveDeadline.MESSAGE);
    entry.ending(failed);
    return commit(entry, situation.status(), failed);
  }

  /** Writes an end that was written before, and how the containers ended. */
  boolean ended(PodEntry entry, PodSituation situation, PodStatus end) {
    PodStatus judged =
        new PodStatusBuilder(situation.status())
            .withPhase(end.getPhase())
            .withReason(end.getReason())
            .withMessage(end.getMessage())
            .build();
    return commit(
        entry,
        situation.status(),
        PodStatusComputer.compute(endFacts(entry, situation.with(judged))));
  }

  private PodFacts endFacts(PodEntry entry, PodSituation situation) {
    Workload workload = situation.workload();
    int attempt = PodDecision.attempt(situation.status());
    return facts(
        situation,
        situation.isUnseen() ? null : workload,
        Math.max(
            entry.numbered(),
            situation.isUnseen() || workload == null ? attempt : workload.attempt().number()),
        situation.isUnseen() ? endedStates(situation) : ContainerEnds.last(situation.status()),
        PodFacts.Waiting.CREATING);
  }

  /** Writes that the Pod is not run at all. */
  void rejected(PodEntry entry, PodSituation situation, String reason, String message) {
    PodFacts facts = facts(situation, null, 0, Map.of(), PodFacts.Waiting.CREATING);
    PodStatus rejected = PodStatusComputer.rejected(facts, reason, message);
    entry.ending(rejected);
    commit(entry, situation.status(), rejected);
  }

  private boolean write(
      PodEntry entry,
      PodSituation situation,
      @Nullable Workload workload,
      int restarts,
      Map<String, ContainerState> lastStates,
      PodFacts.Waiting waiting) {
    PodFacts facts = facts(situation, workload, restarts, lastStates, waiting);
    PodStatus status = PodStatusComputer.compute(facts);
    if (PodPhase.isTerminal(PodDecision.phase(status))) {
      entry.ending(status);
    }
    boolean there = commit(entry, situation.status(), status);
    if (there && workload != null) {
      news.tellLacks(entry.key(), situation.status(), status, workload);
    }
    return there;
  }

  private boolean commit(PodEntry entry, PodStatus before, PodStatus after) {
    boolean there;
    List<PodStatus> unanswered = entry.unanswered();
    entry.writes(after);
    try {
      there = writer.write(entry.key(), before, after);
      // What one of these changed, and this write did not, is set right as well.
      for (PodStatus maybe : unanswered) {
        there = there && writer.write(entry.key(), maybe, after);
      }
      if (there) {
        entry.wrote(after);
      }
    } finally {
      entry.writesNothing();
    }
    if (there) {
      news.tell(entry.key(), before, after);
    }
    return there;
  }

  private PodFacts facts(
      PodSituation situation,
      @Nullable Workload workload,
      int restarts,
      Map<String, ContainerState> lastStates,
      PodFacts.Waiting waiting) {
    return new PodFacts(
        pod(situation),
        begun(situation),
        workload,
        restarts,
        lastStates,
        waiting,
        situation.health(),
        oneShot,
        hostIp,
        clock.instant());
  }

  /** The status so far, with the start time that the Pod was given, answered or not. */
  private static PodStatus begun(PodSituation situation) {
    PodStatus status = situation.status();
    return Objects.equals(status.getStartTime(), situation.startTime())
        ? status
        : new PodStatusBuilder(status).withStartTime(situation.startTime()).build();
  }

  /** How the containers ended that are about to be started again, as was told or is known. */
  private Map<String, ContainerState> endedStates(PodSituation situation) {
    Map<String, ContainerState> states = ContainerEnds.last(situation.status());
    states.putAll(ContainerEnds.current(situation.status()));
    Workload workload = situation.workload();
    if (workload != null) {
      PodFacts facts = facts(situation, workload, 0, Map.of(), PodFacts.Waiting.CREATING);
      states.putAll(ContainerEnds.current(PodStatusComputer.compute(facts)));
    }
    return states;
  }

  private static List<ContainerStatus> statuses(PodStatus status) {
    return Optional.ofNullable(status.getContainerStatuses()).orElse(List.of());
  }

  private static Pod pod(PodSituation situation) {
    if (situation.pod() == null) {
      throw new IllegalStateException("no Pod to report of");
    }
    return situation.pod();
  }
}
