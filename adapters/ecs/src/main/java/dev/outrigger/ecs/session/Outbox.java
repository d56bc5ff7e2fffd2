package dev.outrigger.ecs.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was sent and not yet acknowledged, in order, with the times that decide when it is sent
 * again: the plugin's estimate of the round trip. Not thread-safe; times are nanoseconds of any
 * origin.
 */
final class Outbox {

  private static final double RTT_WEIGHT = 1.0 / 8;
  private static final double VARIATION_WEIGHT = 1.0 / 4;
  private static final double GRANULARITY = Duration.ofMillis(10).toNanos();

  /** The plugin starts with 200 ms and may sink lower; here that is the least. */
  private static final double LEAST = Duration.ofMillis(200).toNanos();

  private static final double MOST = Duration.ofSeconds(1).toNanos();

  private final TreeMap<Long, Sent> sent = new TreeMap<>();
  private double roundTrip = Duration.ofMillis(100).toNanos();
  private double variation;

  /**
   * @param first when it was sent first
   * @param last when it was sent last
   */
  private record Sent(byte[] message, long first, long last) {}

  void add(long sequence, byte[] message, long now) {
    sent.put(sequence, new Sent(message, now, now));
  }

  int size() {
    return sent.size();
  }

  void acknowledged(long sequence, long now) {
    Sent found = sent.remove(sequence);
    if (found != null) {
      double measured = now - found.last();
      variation =
          (1 - VARIATION_WEIGHT) * variation + VARIATION_WEIGHT * Math.abs(roundTrip - measured);
      roundTrip = (1 - RTT_WEIGHT) * roundTrip + RTT_WEIGHT * measured;
    }
  }

  /** The oldest message, once it has waited too long; it then counts as sent now. */
  Optional<byte[]> due(long now) {
    if (sent.isEmpty()) {
      return Optional.empty();
    }
    var oldest = sent.firstEntry();
    Sent before = oldest.getValue();
    double patience = roundTrip + Math.max(GRANULARITY, 4 * variation);
    if (now - before.last() <= Math.clamp(patience, LEAST, MOST)) {
      return Optional.empty();
    }
    sent.put(oldest.getKey(), new Sent(before.message(), before.first(), now));
    return Optional.of(before.message());
  }

  /** How long the oldest has waited in all. */
  Duration age(long now) {
    return sent.isEmpty()
        ? Duration.ZERO
        : Duration.ofNanos(now - sent.firstEntry().getValue().first());
  }

  /** Everything, in order, to be sent through a new connection. */
  List<byte[]> all(long now) {
    sent.replaceAll((sequence, s) -> new Sent(s.message(), s.first(), now));
    List<byte[]> messages = new ArrayList<>();
    sent.values().forEach(s -> messages.add(s.message()));
    return messages;
  }
}
