package dev.outrigger.ecs.session;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What a session's other end has said, in order, until somebody takes it: at most {@value
 * #MOST_WAITING} messages are let in before. Not thread-safe.
 */
final class Incoming {

  static final int MOST_WAITING = 256;

  private final Inbox inbox = new Inbox();
  private final Queue<Payload> waiting = new ArrayDeque<>();
  private @Nullable Runnable more;
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

  /** Lets the next message come, at once or when there is room; it does not block. */
  void letIn(Runnable next) {
    more = next;
    letIn();
  }

  private void letIn() {
    if (more != null && waiting.size() <= MOST_WAITING) {
      Runnable next = more;
      more = null;
      next.run();
    }
  }
}
