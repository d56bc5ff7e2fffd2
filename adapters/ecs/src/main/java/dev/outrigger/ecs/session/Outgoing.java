package dev.outrigger.ecs.session;

import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a session's end here says: numbered, to be written, and kept until it is acknowledged. Not
 * thread-safe, but for {@link #poll}.
 */
final class Outgoing {

  /** Messages that may be unacknowledged before who sends has to wait. */
  static final int WINDOW = 512;

  private final Clock clock;
  private final LinkedBlockingQueue<byte[]> toWrite = new LinkedBlockingQueue<>();
  private final Outbox outbox = new Outbox();
  private boolean paused;
  private long nextSequence;

  Outgoing(Clock clock) {
    this.clock = clock;
  }

  /** Whether who has more to say is to wait. */
  boolean isFull() {
    return paused || outbox.size() >= WINDOW;
  }

  boolean isAcknowledged() {
    return outbox.size() == 0;
  }

  void say(int payloadType, byte[] payload) {
    ChannelMessage message =
        new ChannelMessage(
            ChannelMessage.INPUT, nextSequence++, 0, UUID.randomUUID(), payloadType, payload);
    byte[] bytes = message.encode(clock.millis());
    outbox.add(message.sequence(), bytes, System.nanoTime());
    toWrite.add(bytes);
  }

  /** Tells that a message has come; itself neither numbered nor repeated. */
  void acknowledge(ChannelMessage message) {
    ChannelMessage answer =
        new ChannelMessage(
            ChannelMessage.ACKNOWLEDGE,
            0,
            3,
            UUID.randomUUID(),
            0,
            Handshake.acknowledgement(message));
    toWrite.add(answer.encode(clock.millis()));
  }

  void acknowledged(long sequence) {
    outbox.acknowledged(sequence, System.nanoTime());
  }

  /** The service asks for silence, or no longer. */
  void pause(boolean wanted) {
    paused = wanted;
  }

  void repeatDue() {
    outbox.due(System.nanoTime()).filter(due -> !paused).ifPresent(toWrite::add);
  }

  void repeatAll() {
    toWrite.addAll(outbox.all(System.nanoTime()));
  }

  /** How long the oldest message has been without an answer. */
  Duration unheard() {
    return outbox.age(System.nanoTime());
  }

  /** The next message to be written; null when there is none in time. */
  byte @Nullable [] poll(Duration patience) throws InterruptedException {
    return toWrite.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
  }
}
