package dev.outrigger.ecs.session;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Brings messages into the order of their numbers, each once. Not thread-safe. */
final class Inbox {

  private static final int MOST_HELD = 1_000;

  private final Map<Long, ChannelMessage> held = new HashMap<>();
  private long expected;

  /**
   * What a message led to.
   *
   * @param acknowledge whether the sender may forget it
   * @param ready what is now in order, the message itself first
   */
  record Arrival(boolean acknowledge, List<ChannelMessage> ready) {}

  Arrival arrived(ChannelMessage message) {
    if (message.sequence() < expected) {
      return new Arrival(true, List.of());
    }
    if (message.sequence() > expected) {
      boolean room = held.size() < MOST_HELD || held.containsKey(message.sequence());
      if (room) {
        held.put(message.sequence(), message);
      }
      return new Arrival(room, List.of());
    }
    List<ChannelMessage> ready = new ArrayList<>();
    ready.add(message);
    for (ChannelMessage next = held.remove(++expected);
        next != null;
        next = held.remove(++expected)) {
      ready.add(next);
    }
    return new Arrival(true, ready);
  }
}
