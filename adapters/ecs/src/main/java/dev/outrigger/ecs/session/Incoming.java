package dev.outrigger.ecs.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/**
 * What a session's other end has said, in order, until somebody takes it: at most {@value
 * #MOST_WAITING} messages are let in before. Not thread-safe.
 */
final class Incoming {

  static final int MOST_WAITING = 256;

  private final Inbox inbox = new Inbox();
  private final Queue<Payload> waiting = new ArrayDeque<>();

  /** One of each connection that was read until there was no more room; lost ones among them. */
  private final List<Runnable> held = new ArrayList<>();

  private boolean draining;

  Inbox.Arrival arrived(ChannelMessage message) {
    return inbox.arrived(message);
  }

  void keep(Payload payload) {
    if (!draining) {
      waiting.add(payload);
    }
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  Optional<Payload> take() {
    Optional<Payload> next = Optional.ofNullable(waiting.poll());
    letIn();
    return next;
  }

  /** Nobody takes anything any more. */
  void drain() {
    draining = true;
    waiting.clear();
    letIn();
  }

  /**
   * Lets the next message of a connection come, at once or when there is room; does not block. What
   * another connection was promised stays promised: a message of a lost one may come late.
   */
  void letIn(Runnable next) {
    held.add(next);
    letIn();
  }

  private void letIn() {
    if (!held.isEmpty() && waiting.size() <= MOST_WAITING) {
      List<Runnable> all = List.copyOf(held);
      held.clear();
      all.forEach(Runnable::run);
    }
  }
}
