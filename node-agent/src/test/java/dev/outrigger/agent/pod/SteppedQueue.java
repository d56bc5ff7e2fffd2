package dev.outrigger.agent.pod;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/** A queue that handles a key when it is told to, on the caller's thread, in virtual time. */
final class SteppedQueue implements WorkQueue {

  private final Handler handler;
  private final VirtualTime time;
  private final SequencedSet<String> ready = new LinkedHashSet<>();
  private final Map<String, Duration> delayed = new HashMap<>();

  SteppedQueue(Handler handler, VirtualTime time) {
    this.handler = handler;
    this.time = time;
  }

  @Override
  public void add(String key) {
    delayed.remove(key);
    ready.add(key);
  }

  @Override
  public void addAfter(String key, Duration delay) {
    if (delay.isZero() || delay.isNegative()) {
      add(key);
    } else {
      delayed.merge(key, time.passed().plus(delay), (a, b) -> a.compareTo(b) <= 0 ? a : b);
    }
  }

  @Override
  public int depth() {
    return ready.size();
  }

  /** Handles the key that has waited longest, if one waits. */
  boolean handleNext() {
    timers();
    if (ready.isEmpty()) {
      return false;
    }
    try {
      handler.handle(ready.removeFirst());
      return true;
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts here", e);
    }
  }

  private void timers() {
    delayed.entrySet().stream()
        .filter(e -> e.getValue().compareTo(time.passed()) <= 0)
        .map(Map.Entry::getKey)
        .sorted()
        .toList()
        .forEach(this::add);
  }

  /** When the next timer is due, since the beginning. */
  Optional<Duration> nextTimer() {
    return delayed.values().stream().min(Duration::compareTo);
  }

  @Override
  public void close() {
    ready.clear();
    delayed.clear();
  }
}
