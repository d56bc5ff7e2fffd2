package dev.outrigger.lambda;

import dev.outrigger.lambda.InvocationPlan.Caller;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.StatusSink;
import dev.outrigger.provider.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The attempts that this process knows, and who wants to hear of them. Sinks return at once (their
 * contract), so they are called under the lock: that keeps each Pod's reports in order.
 */
final class Board {

  // All guarded by this.
  private final Map<PodAttempt, Entry> entries = new HashMap<>();
  private final List<StatusSink> sinks = new ArrayList<>();

  /** An attempt, and as whom its function's log is read. */
  record Entry(Claim claim, Caller caller) {}

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

  /** Notes an attempt of which nobody is to hear before more is certain. */
  synchronized void reserve(PodAttempt attempt, Entry entry) {
    entries.put(attempt, entry);
  }

  /** Whether it was not there before. */
  synchronized boolean putIfAbsent(PodAttempt attempt, Entry entry) {
    if (entries.containsKey(attempt)) {
      return false;
    }
    put(attempt, entry);
    return true;
  }

  /** Adds what has happened; the first end stands. */
  synchronized Claim update(PodAttempt attempt, List<ClaimEvent> events) {
    Entry entry = entries.get(attempt);
    if (entry == null) {
      throw new IllegalStateException("no such attempt " + attempt);
    }
    Claim before = entry.claim();
    Claim after = before.with(events);
    entries.put(attempt, new Entry(after, entry.caller()));
    if (!after.equals(before)) {
      tell(after);
    }
    return after;
  }

  synchronized void forget(PodAttempt attempt) {
    entries.remove(attempt);
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
