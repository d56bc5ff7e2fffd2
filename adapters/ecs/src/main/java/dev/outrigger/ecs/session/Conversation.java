package dev.outrigger.ecs.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session as both ends keep it: what each has said, the greeting and the end. Knows no
 * connection: {@link Transport} carries what it has to say. Thread-safe.
 */
final class Conversation {

  private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

  /** As the plugin: it then gives up, or lets the connection live. */
  private static final Duration UNHEARD = Duration.ofMinutes(5);

  private final String sessionId;
  private final Outgoing outgoing;
  private final ReentrantLock lock = new ReentrantLock();

  /** Of the lock: anything below has changed. */
  private final Condition changed = lock.newCondition();

  // All below guarded by lock.
  private final Incoming incoming = new Incoming();
  private boolean greeted;
  private boolean ended;
  private boolean closed;
  private @Nullable String closingWords;
  private @Nullable String failure;

  Conversation(String sessionId, Clock clock) {
    this.sessionId = sessionId;
    this.outgoing = new Outgoing(clock);
  }

  /** A condition of the state below. */
  private interface State {
    boolean holds();
  }

  /** Waits under the lock until it holds; false when it does not in time. */
  private boolean await(State state, Duration limit) throws InterruptedException {
    long left = limit.toNanos();
    while (!state.holds() && left > 0) {
      left = changed.awaitNanos(left);
    }
    return state.holds();
  }

  void awaitGreeting(Duration limit) throws ChannelException, InterruptedException {
    lock.lockInterruptibly();
    try {
      boolean heard = await(() -> greeted || ended, limit);
      if (failure != null) {
        throw new ChannelException(failure);
      }
      if (!heard) {
        throw new ChannelException("the agent in the task did not greet in time");
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the agent has taken everything that was sent. */
  void awaitAcknowledged(Duration limit) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      boolean _ = await(() -> outgoing.isAcknowledged() || ended, limit);
    } finally {
      lock.unlock();
    }
  }

  void awaitEnd(Duration limit) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      boolean _ = await(() -> ended, limit);
    } finally {
      lock.unlock();
    }
  }

  /** Says something, as soon as the window allows. */
  void send(int payloadType, byte[] payload) throws ChannelException, InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!ended && outgoing.isFull()) {
        changed.await();
      }
      if (ended) {
        throw new ChannelException(failure == null ? "the session has ended" : failure);
      }
      outgoing.say(payloadType, payload);
    } finally {
      lock.unlock();
    }
  }

  /** Says something whatever the window; nothing after the end. */
  void post(int payloadType, byte[] payload) {
    lock.lock();
    try {
      if (!ended) {
        outgoing.say(payloadType, payload);
      }
    } finally {
      lock.unlock();
    }
  }

  /** What comes next, in order; blocks. Empty when the agent has ended the session. */
  Optional<Payload> receive() throws ChannelException, InterruptedException {
    lock.lockInterruptibly();
    try {
      while (incoming.isEmpty() && !ended) {
        changed.await();
      }
      if (incoming.isEmpty() && failure != null) {
        throw new ChannelException(failure);
      }
      return incoming.take();
    } finally {
      lock.unlock();
    }
  }

  /** What the agent said at the end. */
  String closingWords() {
    lock.lock();
    try {
      return closingWords == null ? "" : closingWords;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes in a message.
   *
   * @param more lets the next one come; run when there is room for it
   */
  void arrived(ByteBuffer data, Runnable more) {
    lock.lock();
    try {
      take(ChannelMessage.decode(data));
      changed.signalAll();
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("session", sessionId)
          .addKeyValue("error", e.getMessage())
          .log("A message of a session was dropped");
    } finally {
      incoming.letIn(more);
      lock.unlock();
    }
  }

  /** With the lock held. */
  private void take(ChannelMessage message) throws IOException {
    switch (message.type()) {
      case ChannelMessage.OUTPUT -> output(message);
      case ChannelMessage.ACKNOWLEDGE ->
          outgoing.acknowledged(Handshake.acknowledged(message.payload()));
      case ChannelMessage.CHANNEL_CLOSED -> {
        closingWords = Handshake.closingWords(message.payload());
        ended = true;
      }
      case ChannelMessage.PAUSE_PUBLICATION -> outgoing.pause(true);
      case ChannelMessage.START_PUBLICATION -> outgoing.pause(false);
      default ->
          LOG.atDebug().addKeyValue("type", message.type()).log("An unknown message of a session");
    }
  }

  /** With the lock held. */
  private void output(ChannelMessage message) throws IOException {
    outgoing.pause(false);
    Inbox.Arrival arrival = incoming.arrived(message);
    if (arrival.acknowledge()) {
      outgoing.acknowledge(message);
    }
    for (ChannelMessage ready : arrival.ready()) {
      switch (ready.payloadType()) {
        case Payload.HANDSHAKE_REQUEST -> {
          Handshake.Response response = Handshake.respond(ready.payload());
          outgoing.say(Payload.HANDSHAKE_RESPONSE, response.bytes());
          if (!response.refused().isEmpty()) {
            failed(response.refused());
          }
        }
        case Payload.HANDSHAKE_COMPLETE -> greeted = true;
        default -> incoming.keep(new Payload(ready.payloadType(), ready.payload()));
      }
    }
  }

  /** The next message to be written, with those that are due again; null when there is none. */
  byte @Nullable [] next(Duration patience) throws InterruptedException {
    byte[] message = outgoing.poll(patience);
    lock.lock();
    try {
      outgoing.repeatDue();
      if (outgoing.unheard().compareTo(UNHEARD) > 0) {
        failed("the agent in the task has not answered for " + UNHEARD.toMinutes() + " minutes");
      }
    } finally {
      lock.unlock();
    }
    return message;
  }

  /** Through a new connection everything unacknowledged is said again. */
  void repeatAll() {
    lock.lock();
    try {
      outgoing.repeatAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isEnded() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  /** The session is lost, unless it has ended. */
  void fail(String why) {
    lock.lock();
    try {
      failed(why);
    } finally {
      lock.unlock();
    }
  }

  /** With the lock held. */
  private void failed(String why) {
    if (!ended) {
      ended = true;
      failure = why;
    }
    changed.signalAll();
  }

  /** Nobody reads any more: what comes is dropped. */
  void drain() {
    lock.lock();
    try {
      incoming.drain();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends it at this side.
   *
   * @return whether the other side does not know yet
   */
  boolean close() {
    lock.lock();
    try {
      boolean known = closingWords != null || closed;
      closed = true;
      failed("the session was closed");
      return !known;
    } finally {
      lock.unlock();
    }
  }
}
