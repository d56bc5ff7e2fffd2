package dev.outrigger.agent.pod;

import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.agent.status.PodPhase;
import dev.outrigger.agent.status.StatusDrift;
import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
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
  private int numbered;
  private boolean admitted;
  private @Nullable PodStatus written;
  private @Nullable PodStatus writing;
  private @Nullable String startTime;
  private @Nullable PodStatus end;
  private PodSituation.@Nullable StopRequest stop;
  private final Map<String, PodSituation.StopRequest> containerStops = new HashMap<>();
  private final Map<String, Integer> started = new HashMap<>();
  private @Nullable Instant absentSince;
  private @Nullable Instant driftSince;
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
    if (before != null && isOlder(seen, before)) {
      return false;
    }
    boolean theirs = !isTerminal(status()) && isTerminal(seen.getStatus());
    if (theirs) {
      end = seen.getStatus();
    }
    pod = seen;
    absentSince = null;
    return theirs
        || overwritten() != null
        || before == null
        || !Objects.equals(before.getSpec(), seen.getSpec())
        || !Objects.equals(
            before.getMetadata().getDeletionTimestamp(), seen.getMetadata().getDeletionTimestamp())
        || !Objects.equals(
            before.getMetadata().getDeletionGracePeriodSeconds(),
            seen.getMetadata().getDeletionGracePeriodSeconds())
        || !seen.getSpec().getReadinessGates().isEmpty();
  }

  /** Versions of one resource are numbers that grow (KEP-5504). */
  private static boolean isOlder(Pod seen, Pod known) {
    return version(seen).isPresent()
        && version(known).isPresent()
        && version(seen).getAsLong() < version(known).getAsLong();
  }

  private static OptionalLong version(Pod pod) {
    try {
      return OptionalLong.of(Long.parseLong(pod.getMetadata().getResourceVersion()));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** This end is about to be written; nobody may know whether it was. */
  synchronized void ending(PodStatus status) {
    end = status;
  }

  /**
   * An end that was written stays one, even if its answer was lost. A terminal phase that somebody
   * else wrote counts, as it does for the kubelet, even when a write of this agent's was under way
   * meanwhile and took it back.
   */
  private @Nullable PodStatus overwritten() {
    return isTerminal(status()) ? null : end;
  }

  private static boolean isTerminal(@Nullable PodStatus status) {
    return status != null && PodPhase.isTerminal(phase(status));
  }

  private static String phase(PodStatus status) {
    return Objects.requireNonNullElse(status.getPhase(), "");
  }

  /** Since when somebody else seems to have changed what this agent wrote. */
  synchronized Optional<Instant> driftSince(Instant now) {
    boolean drifted =
        written != null && pod != null && StatusDrift.of(written, pod.getStatus()).isPresent();
    if (!drifted) {
      driftSince = null;
    } else if (driftSince == null) {
      driftSince = now;
    }
    return Optional.ofNullable(driftSince);
  }

  /**
   * Takes what others made of this agent's conditions for what was written, so that the next report
   * sets it right. Harmless when it is merely an old state that was seen late.
   */
  synchronized void admitDrift() {
    if (written != null && pod != null) {
      written = StatusDrift.of(written, pod.getStatus()).orElse(written);
    }
    driftSince = null;
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
      containerStops.clear(); // a sidecar's runs may have had the numbers of later attempts
      started.clear();
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
    List<ContainerObservation> containers = new ArrayList<>();
    Stream<Container> lostInits =
        begun ? of.getSpec().getInitContainers().stream() : Stream.empty();
    Stream.concat(lostInits, of.getSpec().getContainers().stream())
        .forEach(
            c ->
                containers.add(
                    new ContainerObservation(
                        c.getName(),
                        new ContainerState.Terminated(
                            OptionalInt.empty(), "", message, Optional.empty(), now))));
    Workload end = new Workload(new PodAttempt(key, attempt), "", containers);
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
        startTime(),
        overwritten(),
        deleted,
        graceWhenGone,
        workload,
        lost,
        isUnanswered(),
        admitted,
        stop,
        containerStops,
        started,
        health(),
        forgiven,
        traits,
        now);
  }

  /** The status last written, else what the API server had. */
  synchronized PodStatus status() {
    if (written != null) {
      return written;
    }
    return pod == null || pod.getStatus() == null ? new PodStatus() : pod.getStatus();
  }

  /** This is being written: whoever has read it may ask about it before the answer is here. */
  synchronized void writes(PodStatus status) {
    writing = status;
    startTime = status.getStartTime();
  }

  /** The answer is here, or will not come. */
  synchronized void writesNothing() {
    writing = null;
  }

  /** A Pod starts once, however many writes it takes until one is answered. */
  private @Nullable String startTime() {
    String told = status().getStartTime();
    return told == null ? startTime : told;
  }

  /** What this node says of the Pod: the status that is being written, else {@link #status}. */
  synchronized PodStatus shown() {
    return writing != null ? writing : status();
  }

  synchronized void wrote(PodStatus status) {
    written = status;
  }

  /** What probes and hooks have found so far. */
  synchronized PodHealth health() {
    return probed.and(hooked);
  }

  /** The attempt's number is about to be written; nobody may know whether it was. */
  synchronized void numbering(int attempt) {
    numbered = Math.max(numbered, attempt);
  }

  /** The highest attempt's number that the API server may hold. */
  synchronized int numbered() {
    return numbered;
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
    stop = request;
  }

  /**
   * @param request its attempt is the number of the run that is to end
   */
  synchronized void stopRequested(String container, PodSituation.StopRequest request) {
    containerStops.put(container, request);
  }

  /**
   * The backend was told that a sidecar has started.
   *
   * @param run its number
   */
  synchronized void toldStarted(String container, int run) {
    started.put(container, run);
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
