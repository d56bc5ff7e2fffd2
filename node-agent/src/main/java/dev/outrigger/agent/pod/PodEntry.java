package dev.outrigger.agent.pod;

import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the agent knows of one Pod UID. Facts come in from watches at any time; decisions and their
 * consequences are noted by the one worker that holds the key. All state is guarded by {@code
 * this}; nothing here blocks.
 */
final class PodEntry {

  private final PodKey key;
  private @Nullable Pod pod;
  private boolean deleted;
  private @Nullable Workload workload;
  private boolean lost;
  private boolean declared;
  private int unanswered = -1;
  private boolean admitted;
  private final WrittenStatus written = new WrittenStatus();
  private final AskedStops asked = new AskedStops();
  private @Nullable Instant absentSince;
  private Duration graceWhenGone = Duration.ZERO;
  private PodHealth probed = PodHealth.UNPROBED;
  private PodHealth hooked = PodHealth.UNPROBED;
  private final Map<LastWords.Ended, String> words = new HashMap<>();
  private int forgiven;
  private int failures;
  private boolean confirmed;

  PodEntry(PodKey key) {
    this.key = key;
  }

  PodKey key() {
    return key;
  }

  /**
   * Notes the Pod as the API server has it now.
   *
   * @return whether anything changed that a decision rests on, rather than the status that this
   *     agent itself wrote
   */
  synchronized boolean podSeen(Pod seen) {
    Pod before = pod;
    if (before != null && PodChanges.isOlder(seen, before)) {
      return false;
    }
    boolean theirs = written.isEndOfOthers(before, seen);
    pod = seen;
    absentSince = null;
    return theirs || written.overwritten(seen) != null || PodChanges.matter(before, seen);
  }

  /** This end is about to be written; nobody may know whether it was. */
  synchronized void ending(PodStatus status) {
    written.ending(status);
  }

  /** Since when somebody else seems to have changed what this agent wrote. */
  synchronized Optional<Instant> driftSince(Instant now) {
    return written.driftSince(pod, now);
  }

  /** What others made of what this agent wrote, or an old state that was seen late. */
  synchronized Optional<PodStatus> takeDrift() {
    return written.takeDrift(pod);
  }

  /**
   * @param certain whether the API server said so, rather than failing to list it
   */
  synchronized void podGone(boolean certain) {
    if (pod != null) {
      graceWhenGone = PodGrace.of(pod);
    }
    pod = null;
    deleted |= certain;
  }

  synchronized void observe(Workload heard) {
    if (workload != null && heard.attempt().number() > workload.attempt().number()) {
      words.clear();
      asked.forgetContainers();
    }
    // What was merely declared is no news that could be newer than an observation.
    boolean better = declared && workload != null && heard.attempt().equals(workload.attempt());
    Workload known = better ? heard : Observations.merge(workload, heard);
    declared &= !known.equals(heard);
    workload = LastWords.in(known, words);
    lost = false;
    if (RestartBackOff.forgives(heard)) {
      forgiven = Math.max(forgiven, heard.attempt().number() + MainContainers.restarts(pod, heard));
    }
  }

  /** Notes the termination message of one run of a container. */
  synchronized void said(LastWords.Ended run, String message) {
    if (workload != null && run.attempt().number() >= workload.attempt().number()) {
      words
          .keySet()
          .removeIf(
              earlier ->
                  earlier.container().equals(run.container())
                      && earlier.attempt().number() < run.attempt().number() - 1);
      words.put(run, message);
      workload = LastWords.in(workload, words);
    }
  }

  /** Nobody knows whether the attempt was started: the answer was lost. */
  synchronized void unanswered(int attempt) {
    unanswered = attempt;
  }

  /** Whatever was started has been observed. */
  synchronized void answered() {
    unanswered = -1;
  }

  synchronized void lose(PodAttempt attempt) {
    lost |= workload != null && workload.attempt().number() <= attempt.number();
  }

  /**
   * The backend holds nothing of the attempt: it ended, nobody knows how.
   *
   * @param begun whether it may have started: its init containers are lost then, too
   */
  synchronized void declareLost(Pod of, boolean begun, int attempt, Instant now, String message) {
    PodAttempt lostAttempt = new PodAttempt(key, attempt);
    Workload end = UnseenEnds.of(of, begun, lostAttempt, now, message);
    workload = Observations.merge(workload, end);
    declared = true;
  }

  private boolean isUnanswered() {
    return unanswered >= 0 && (workload == null || workload.attempt().number() < unanswered);
  }

  synchronized PodSituation situation(Set<Trait> traits, Instant now) {
    return new PodSituation(
        pod,
        status(),
        written.startTime(pod),
        written.overwritten(pod),
        deleted,
        graceWhenGone,
        workload,
        lost,
        isUnanswered(),
        admitted,
        asked.ofPod(),
        asked.ofContainers(),
        asked.started(),
        health(),
        forgiven,
        traits,
        now);
  }

  /** The status last written, else what the API server had. */
  synchronized PodStatus status() {
    return written.status(pod);
  }

  /** This is being written: whoever has read it may ask about it before the answer is here. */
  synchronized void writes(PodStatus status) {
    written.writes(status);
  }

  /** The answer is here, or will not come. */
  synchronized void writesNothing() {
    written.writesNothing();
  }

  /** What may have been written since {@link #status}, although no answer came. */
  synchronized List<PodStatus> unanswered() {
    return written.unanswered();
  }

  /** What this node says of the Pod: the status that is being written, else {@link #status}. */
  synchronized PodStatus shown() {
    return written.shown(pod);
  }

  synchronized void wrote(PodStatus status) {
    written.wrote(status);
  }

  /** What probes and hooks have found so far. */
  synchronized PodHealth health() {
    return probed.and(hooked);
  }

  /** The attempt's number is about to be written; nobody may know whether it was. */
  synchronized void numbering(int attempt) {
    written.numbering(attempt);
  }

  /** The highest attempt's number that the API server may hold. */
  synchronized int numbered() {
    return written.numbered();
  }

  synchronized void probed(PodHealth latest) {
    probed = latest;
  }

  synchronized void hooked(PodHealth latest) {
    hooked = latest;
  }

  synchronized void admit() {
    admitted = true;
  }

  synchronized void stopRequested(PodSituation.StopRequest request) {
    asked.ofPod(request);
  }

  /**
   * @param request its attempt is the number of the run that is to end
   */
  synchronized void stopRequested(String container, PodSituation.StopRequest request) {
    asked.ofContainer(container, request);
  }

  /**
   * The backend was told that a sidecar has started.
   *
   * @param run its number
   */
  synchronized void toldStarted(String container, int run) {
    asked.started(container, run);
  }

  /** How long the Pod has been missed, by this entry's first call; null clears it. */
  synchronized Instant absentSince(Instant now) {
    if (absentSince == null) {
      absentSince = now;
    }
    return absentSince;
  }

  synchronized void present() {
    absentSince = null;
  }

  synchronized void knownDeleted() {
    deleted = true;
  }

  synchronized int failed() {
    return ++failures;
  }

  synchronized void succeeded() {
    failures = 0;
  }

  synchronized @Nullable Pod pod() {
    return pod;
  }

  /** What runs of it at present, unless it is to end. */
  synchronized Optional<VolumeUpdates.Running> running() {
    return pod == null
            || workload == null
            || workload.isTerminated()
            || pod.getMetadata().getDeletionTimestamp() != null
        ? Optional.empty()
        : Optional.of(new VolumeUpdates.Running(workload.attempt(), pod));
  }

  /** The API server was told that everything of this Pod has ended. */
  synchronized void deletionConfirmed() {
    confirmed = true;
  }

  synchronized boolean isDeletionConfirmed() {
    return confirmed;
  }
}
