package dev.outrigger.agent.pod;

import dev.outrigger.agent.status.PodPhase;
import dev.outrigger.agent.status.StatusDrift;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What this agent wrote of one Pod, or may have written where no answer came, beside what the API
 * server has of it. Guarded by the Pod's {@link PodEntry}, which knows the Pod.
 */
final class WrittenStatus {

  private static final int MOST_UNANSWERED = 8;

  private @Nullable PodStatus written;
  private @Nullable PodStatus writing;

  /** What the API server may have since, oldest first. */
  private final ArrayDeque<PodStatus> unanswered = new ArrayDeque<>();

  private @Nullable String startTime;
  private @Nullable PodStatus end;
  private @Nullable Instant driftSince;
  private int numbered;

  /** The status last written, else what the API server had. */
  PodStatus status(@Nullable Pod pod) {
    if (written != null) {
      return written;
    }
    return pod == null || pod.getStatus() == null ? new PodStatus() : pod.getStatus();
  }

  /** This is being written: whoever has read it may ask about it before the answer is here. */
  void writes(PodStatus status) {
    writing = status;
    startTime = status.getStartTime();
  }

  /** The answer is here, or will not come. */
  void writesNothing() {
    if (writing != null && !unanswered.contains(writing)) {
      unanswered.add(writing);
    }
    if (unanswered.size() > MOST_UNANSWERED) {
      unanswered.removeFirst();
    }
    writing = null;
  }

  void wrote(PodStatus status) {
    written = status;
    writing = null;
    unanswered.clear();
  }

  /** What may have been written since {@link #status}, although no answer came. */
  List<PodStatus> unanswered() {
    return List.copyOf(unanswered);
  }

  /** What this node says of the Pod: the status that is being written, else {@link #status}. */
  PodStatus shown(@Nullable Pod pod) {
    return writing != null ? writing : status(pod);
  }

  /** A Pod starts once, however many writes it takes until one is answered. */
  @Nullable String startTime(@Nullable Pod pod) {
    String told = status(pod).getStartTime();
    return told == null ? startTime : told;
  }

  /** The attempt's number is about to be written; nobody may know whether it was. */
  void numbering(int attempt) {
    numbered = Math.max(numbered, attempt);
  }

  /** The highest attempt's number that the API server may hold. */
  int numbered() {
    return numbered;
  }

  /** This end is about to be written; nobody may know whether it was. */
  void ending(PodStatus status) {
    end = status;
  }

  /** Whether somebody else wrote that the Pod has ended, which is noted. */
  boolean isEndOfOthers(@Nullable Pod before, Pod seen) {
    boolean theirs = !isTerminal(status(before)) && isTerminal(seen.getStatus());
    if (theirs) {
      end = seen.getStatus();
    }
    return theirs;
  }

  /**
   * An end that was written stays one, even if its answer was lost. A terminal phase that somebody
   * else wrote counts, as it does for the kubelet, even when a write of this agent's was under way
   * meanwhile and took it back.
   */
  @Nullable PodStatus overwritten(@Nullable Pod pod) {
    return isTerminal(status(pod)) ? null : end;
  }

  private static boolean isTerminal(@Nullable PodStatus status) {
    return status != null && PodPhase.isTerminal(Objects.requireNonNullElse(status.getPhase(), ""));
  }

  /** Since when somebody else seems to have changed what this agent wrote. */
  Optional<Instant> driftSince(@Nullable Pod pod, Instant now) {
    if (drifted(pod).isEmpty()) {
      driftSince = null;
    } else if (driftSince == null) {
      driftSince = now;
    }
    return Optional.ofNullable(driftSince);
  }

  /** What others made of what this agent wrote; taken for set right from here on. */
  Optional<PodStatus> takeDrift(@Nullable Pod pod) {
    driftSince = null;
    return drifted(pod);
  }

  /** While a write is unanswered, what differs may be that. */
  private Optional<PodStatus> drifted(@Nullable Pod pod) {
    return written == null || pod == null || !unanswered.isEmpty()
        ? Optional.empty()
        : StatusDrift.of(written, pod.getStatus());
  }
}
