package dev.outrigger.lambda;

import dev.outrigger.lambda.InvocationPlan.Caller;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.StatusSink;
import dev.outrigger.provider.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The attempts that this process knows, and who wants to hear of them. Sinks return at once (their
 * contract), so they are called under the lock: that keeps each Pod's reports in order.
 */
final class Board {

  // All guarded by this.
  private final Map<PodAttempt, Entry> entries = new HashMap<>();
  private final List<StatusSink> sinks = new ArrayList<>();

  /** Deleted by a claim that said nothing, so that they have no entry. */
  private final Set<PodAttempt> closed = new HashSet<>();

  /**
   * An attempt.
   *
   * @param caller as whom its function's log is read
   * @param held whether this process is about to send it, or has: what it then writes into the
   *     claim belongs to this claim's generation, so that no reading replaces it
   */
  record Entry(Claim claim, Caller caller, boolean held) {

    Entry with(List<ClaimEvent> events) {
      return new Entry(claim.with(events), caller, held);
    }
  }

  synchronized Optional<Entry> get(PodAttempt attempt) {
    return Optional.ofNullable(entries.get(attempt));
  }

  synchronized List<Entry> all() {
    return List.copyOf(entries.values());
  }

  synchronized List<Entry> ofPod(PodKey key) {
    return entries.values().stream().filter(e -> e.claim().uid().equals(key.uid())).toList();
  }

  synchronized void put(PodAttempt attempt, Entry entry) {
    entries.put(attempt, entry);
    tell(entry.claim());
  }

  /**
   * Notes an attempt that is about to be sent, of which nobody is to hear before more is certain.
   *
   * @return what takes it back; empty when the attempt is over or deleted, and must not be sent
   */
  synchronized Optional<Runnable> reserve(PodAttempt attempt, Entry entry) {
    Optional<Entry> before = get(attempt);
    if (closed.contains(attempt) || before.map(Entry::claim).filter(Claim::isClosed).isPresent()) {
      return Optional.empty();
    }
    entries.put(attempt, entry);
    return Optional.of(() -> restore(attempt, before));
  }

  private synchronized void restore(PodAttempt attempt, Optional<Entry> before) {
    before.ifPresentOrElse(e -> entries.put(attempt, e), () -> entries.remove(attempt));
  }

  /** Notes that an attempt is deleted of which nothing else is known. */
  synchronized void close(PodAttempt attempt) {
    closed.add(attempt);
  }

  /** This process writes no more into its claim of an attempt: what others do with it counts. */
  synchronized void release(PodAttempt attempt) {
    entries.computeIfPresent(attempt, (a, e) -> new Entry(e.claim(), e.caller(), false));
  }

  /**
   * Adds what was read of the claims, unless as much or more is known: reading takes long, and an
   * Invoke that was about to be sent then may have been taken back since.
   *
   * @return whether it was news
   */
  synchronized boolean adopt(PodAttempt attempt, Entry read) {
    Entry known = entries.get(attempt);
    if (known != null && (known.held() || !read.claim().isLaterThan(known.claim()))) {
      return false;
    }
    put(attempt, read);
    return true;
  }

  /** Whether it is known that it was sent, or how it ended. */
  synchronized boolean isDecided(PodAttempt attempt) {
    Entry known = entries.get(attempt);
    return known != null && known.claim().isDecided();
  }

  /** Adds what has happened; the first end stands. */
  synchronized Claim update(PodAttempt attempt, List<ClaimEvent> events) {
    Entry entry = entries.get(attempt);
    if (entry == null) {
      throw new IllegalStateException("no such attempt " + attempt);
    }
    Claim before = entry.claim();
    Entry updated = entry.with(events);
    Claim after = updated.claim();
    entries.put(attempt, updated);
    if (!after.equals(before)) {
      tell(after);
    }
    return after;
  }

  synchronized void forget(PodAttempt attempt) {
    entries.remove(attempt);
    closed.remove(attempt);
  }

  synchronized void subscribe(StatusSink sink) {
    sinks.add(sink);
    entries.values().forEach(e -> e.claim().workload().ifPresent(sink::observed));
  }

  synchronized void unsubscribe(StatusSink sink) {
    sinks.remove(sink);
  }

  private void tell(Claim claim) {
    Optional<Workload> workload = claim.workload();
    workload.ifPresent(w -> sinks.forEach(s -> s.observed(w)));
  }
}
