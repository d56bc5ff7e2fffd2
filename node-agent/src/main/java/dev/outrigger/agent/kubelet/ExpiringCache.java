package dev.outrigger.agent.kubelet;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A bounded map whose entries expire; the least recently used one makes room. Thread-safe. */
final class ExpiringCache<K, V> {

  private record Entry<V>(V value, Instant expires) {}

  private final Clock clock;
  private final int capacity;

  /** Guarded by this. */
  private final LinkedHashMap<K, Entry<V>> entries = new LinkedHashMap<>(16, 0.75f, true);

  ExpiringCache(Clock clock, int capacity) {
    this.clock = clock;
    this.capacity = capacity;
  }

  synchronized Optional<V> get(K key) {
    Entry<V> entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    if (!clock.instant().isBefore(entry.expires())) {
      entries.remove(key);
      return Optional.empty();
    }
    return Optional.of(entry.value());
  }

  synchronized void put(K key, V value, Duration life) {
    entries.put(key, new Entry<>(value, clock.instant().plus(life)));
    if (entries.size() > capacity) {
      Map.Entry<K, Entry<V>> eldest = entries.firstEntry();
      entries.remove(eldest.getKey());
    }
  }

  synchronized int size() {
    return entries.size();
  }
}
