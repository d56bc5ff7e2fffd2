package dev.outrigger.simulator.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's end of a data channel: puts numbers on what it sends and keeps it until it is
 * acknowledged, and brings what it receives into order. Outlives connections. Thread-safe.
 *
 * <p>INVARIANT: an input message is acknowledged only once it was taken.
 */
final class AgentChannel {
  private static final Logger LOG = LoggerFactory.getLogger(AgentChannel.class);

  /** The agent keeps 100,000 and then loses; here the sender waits, to save memory. */
  private static final int MOST_UNACKNOWLEDGED = 1_000;

  private static final int MOST_HELD = 10_000;
  private static final Duration RESEND_AFTER = Duration.ofMillis(200);

  /** What takes the input, in order. */
  interface Input {
    /** False when it cannot be taken yet; does not block. */
    boolean take(int payloadType, byte[] payload);
  }

  private static final class Sent {
    private final byte[] message;
    private long at;

    Sent(byte[] message, long at) {
      this.message = message;
      this.at = at;
    }
  }

  private final String sessionId;
  private final Clock clock;
  private final Input input;
  private final ReentrantLock lock = new ReentrantLock();

  /** Held by the one thread that hands on input; taken before the other lock. */
  private final ReentrantLock delivering = new ReentrantLock();

  /** Of the lock: something was acknowledged, or the channel was closed. */
  private final Condition acknowledged = lock.newCondition();

  // All below guarded by lock.
  private final TreeMap<Long, Sent> outgoing = new TreeMap<>();
  private final TreeMap<Long, SessionMessage> held = new TreeMap<>();
  private @Nullable WebSocketConnection connection;
  private long nextOutput;
  private long expectedInput;
  private boolean closed;

  AgentChannel(String sessionId, Clock clock, Input input) {
    this.sessionId = sessionId;
    this.clock = clock;
    this.input = input;
  }

  /** Takes over a connection; what was not acknowledged is sent again. */
  void attach(WebSocketConnection fresh) {
    @Nullable WebSocketConnection before;
    List<Sent> again;
    lock.lock();
    try {
      before = connection;
      connection = fresh;
      again = new ArrayList<>(outgoing.values());
    } finally {
      lock.unlock();
    }
    if (before != null) {
      before.close();
    }
    again.forEach(sent -> write(sent.message));
  }

  /** Sends, waiting while too much is unacknowledged. */
  void send(int payloadType, byte[] payload) throws IOException, InterruptedException {
    byte[] message;
    lock.lock();
    try {
      while (outgoing.size() >= MOST_UNACKNOWLEDGED && !closed) {
        acknowledged.await();
      }
      if (closed) {
        throw new IOException("the session has ended");
      }
      long number = nextOutput++;
      message =
          SessionMessage.of(
                  SessionMessage.OUTPUT,
                  number,
                  number == 0 ? 1 : 0,
                  payloadType,
                  payload,
                  clock.millis())
              .write();
      outgoing.put(number, new Sent(message, System.nanoTime()));
    } finally {
      lock.unlock();
    }
    write(message);
  }

  /** Sends the oldest unacknowledged message again when it is due. */
  void resend() {
    byte @Nullable [] due = null;
    lock.lock();
    try {
      if (!outgoing.isEmpty()) {
        Sent oldest = outgoing.firstEntry().getValue();
        long now = System.nanoTime();
        if (now - oldest.at > RESEND_AFTER.toNanos()) {
          oldest.at = now;
          due = oldest.message;
        }
      }
    } finally {
      lock.unlock();
    }
    if (due != null) {
      write(due);
    }
  }

  /** Called by the one thread that reads the connection. */
  void receive(SessionMessage message) {
    switch (message.type()) {
      case SessionMessage.ACKNOWLEDGE -> acknowledged(Json.read(message.payload()));
      case SessionMessage.INPUT -> arrived(message);
      default -> LOG.atDebug().addKeyValue("type", message.type()).log("a message was ignored");
    }
  }

  private void acknowledged(JsonNode content) {
    lock.lock();
    try {
      outgoing.remove(content.path("AcknowledgedMessageSequenceNumber").asLong(-1));
      acknowledged.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void arrived(SessionMessage message) {
    boolean known;
    lock.lock();
    try {
      known = message.sequence() < expectedInput;
      if (!known && (held.size() < MOST_HELD || message.sequence() == expectedInput)) {
        held.putIfAbsent(message.sequence(), message);
      }
    } finally {
      lock.unlock();
    }
    if (known) {
      acknowledge(message);
    } else {
      deliver();
    }
  }

  /**
   * Hands on what is next in order, for as long as it is taken. To be called again when there is
   * room for more: what was refused is not acknowledged, and so holds the client back.
   */
  void deliver() {
    delivering.lock();
    try {
      for (@Nullable SessionMessage next = expected(); next != null; next = expected()) {
        if (!input.take(next.payloadType(), next.payload())) {
          return;
        }
        advance();
        acknowledge(next);
      }
    } finally {
      delivering.unlock();
    }
  }

  private @Nullable SessionMessage expected() {
    lock.lock();
    try {
      return held.get(expectedInput);
    } finally {
      lock.unlock();
    }
  }

  private void advance() {
    lock.lock();
    try {
      held.remove(expectedInput);
      expectedInput++;
    } finally {
      lock.unlock();
    }
  }

  private void acknowledge(SessionMessage message) {
    ObjectNode content =
        Json.object()
            .put("AcknowledgedMessageType", message.type())
            .put("AcknowledgedMessageId", message.id().toString())
            .put("AcknowledgedMessageSequenceNumber", message.sequence())
            .put("IsSequentialMessage", true);
    write(control(SessionMessage.ACKNOWLEDGE, content));
  }

  private byte[] control(String type, JsonNode content) {
    return SessionMessage.of(type, 0, 3, 0, Json.write(content), clock.millis()).write();
  }

  /** A connection that fails is read to its end by its own thread; the message stays kept. */
  private void write(byte[] message) {
    @Nullable WebSocketConnection now;
    lock.lock();
    try {
      now = connection;
    } finally {
      lock.unlock();
    }
    if (now != null) {
      try {
        now.binary(message);
      } catch (IOException e) {
        LOG.atDebug().addKeyValue("session", sessionId).setCause(e).log("a connection was lost");
      }
    }
  }

  /** Waits until everything was acknowledged, at most so long. */
  void drain(Duration limit) throws InterruptedException {
    long left = limit.toNanos();
    lock.lock();
    try {
      while (!outgoing.isEmpty() && !closed && left > 0) {
        left = acknowledged.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Says that the session has ended, and closes. Idempotent. */
  void close(String output) {
    @Nullable WebSocketConnection last;
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      last = connection;
      acknowledged.signalAll();
    } finally {
      lock.unlock();
    }
    ObjectNode content =
        Json.object()
            .put("MessageId", java.util.UUID.randomUUID().toString())
            .put("CreatedDate", String.valueOf(clock.millis()))
            .put("DestinationId", sessionId)
            .put("SessionId", sessionId)
            .put("MessageType", SessionMessage.CHANNEL_CLOSED)
            .put("SchemaVersion", 1)
            .put("Output", output);
    write(control(SessionMessage.CHANNEL_CLOSED, content));
    if (last != null) {
      last.end(1000);
    }
  }

  /** Drops the connection without a word, as a network does. The session goes on. */
  void cut() {
    @Nullable WebSocketConnection now;
    lock.lock();
    try {
      now = connection;
      connection = null;
    } finally {
      lock.unlock();
    }
    if (now != null) {
      now.close();
    }
  }

  /** Text as a payload. */
  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** How often {@link #resend} is to be called. */
  static final Duration RESEND_TICK = Duration.ofMillis(100);
}
