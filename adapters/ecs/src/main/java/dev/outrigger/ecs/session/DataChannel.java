package dev.outrigger.ecs.session;

import dev.outrigger.provider.ProviderException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session's data channel: an ordered, reliable stream of messages in both directions that
 * survives lost connections. Back-pressure: who sends waits while {@value #WINDOW} messages are
 * unacknowledged or the service has paused publication; who does not receive lets at most {@value
 * #MOST_WAITING} messages in before the connection is not read any more.
 *
 * <p>One virtual thread writes, resends and reconnects. Thread-safe.
 */
public final class DataChannel implements AutoCloseable, Link.Owner {

  private static final Logger LOG = LoggerFactory.getLogger(DataChannel.class);
  static final int WINDOW = 512;
  static final int MOST_WAITING = 256;
  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration HANDSHAKE = Duration.ofSeconds(30);
  private static final Duration GOODBYE = Duration.ofSeconds(5);

  /** As the plugin: it then gives up, or lets the connection live. */
  private static final Duration UNHEARD = Duration.ofMinutes(5);

  private static final int RECONNECTS = 5;

  private final HttpClient http;
  private final SessionApi api;
  private final SessionTicket ticket;
  private final Clock clock;
  private final String clientId = UUID.randomUUID().toString();
  private final LinkedBlockingQueue<byte[]> toWrite = new LinkedBlockingQueue<>();
  private final ReentrantLock lock = new ReentrantLock();

  /** Of the lock: anything below has changed. */
  private final Condition changed = lock.newCondition();

  // All below guarded by lock.
  private final Outbox outbox = new Outbox();
  private final Inbox inbox = new Inbox();
  private final Queue<Payload> received = new ArrayDeque<>();
  private @Nullable Link link;
  private @Nullable Link starved;
  private boolean lost;
  private boolean paused;
  private boolean greeted;
  private boolean ended;
  private boolean draining;
  private boolean finished;
  private @Nullable String closingWords;
  private @Nullable String failure;
  private long nextSequence;

  private DataChannel(HttpClient http, SessionApi api, SessionTicket ticket, Clock clock) {
    this.http = http;
    this.api = api;
    this.ticket = ticket;
    this.clock = clock;
  }

  /** Connects and shakes hands; blocks at most a minute. */
  public static DataChannel open(HttpClient http, SessionApi api, SessionTicket ticket, Clock clock)
      throws ChannelException, InterruptedException {
    DataChannel channel = new DataChannel(http, api, ticket, clock);
    try {
      channel.connect(ticket);
      Thread.ofVirtual().name("session-" + ticket.sessionId()).start(channel::write);
      channel.awaitHandshake();
      return channel;
    } catch (IOException e) {
      channel.close();
      throw new ChannelException(String.valueOf(e.getMessage()));
    } catch (ChannelException | InterruptedException e) {
      channel.close();
      throw e;
    }
  }

  private void connect(SessionTicket with) throws IOException, InterruptedException {
    Link fresh = Link.connect(http, with, clientId, this);
    lock.lock();
    try {
      link = fresh;
      lost = fresh.isGone();
      toWrite.addAll(outbox.all(System.nanoTime()));
    } finally {
      lock.unlock();
    }
  }

  private void awaitHandshake() throws ChannelException, InterruptedException {
    long left = HANDSHAKE.toNanos();
    lock.lock();
    try {
      while (!greeted && !ended && left > 0) {
        left = changed.awaitNanos(left);
      }
      if (failure != null) {
        throw new ChannelException(failure);
      }
      if (!greeted && !ended) {
        throw new ChannelException("the agent in the task did not greet in time");
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends a payload of at most 1,024 bytes; blocks while the window is full.
   *
   * @throws ChannelException when the session has ended
   */
  void send(int payloadType, byte[] payload) throws ChannelException, InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!ended && (paused || outbox.size() >= WINDOW)) {
        changed.await();
      }
      if (ended) {
        throw new ChannelException(failure == null ? "the session has ended" : failure);
      }
      enqueue(payloadType, payload);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the agent has taken everything that was sent, at most so long. */
  void awaitAcknowledged(Duration limit) throws InterruptedException {
    long left = limit.toNanos();
    lock.lockInterruptibly();
    try {
      while (outbox.size() > 0 && !ended && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends without waiting for the window: for the rare and small. Nothing happens after the end.
   */
  void post(int payloadType, byte[] payload) {
    lock.lock();
    try {
      if (!ended) {
        enqueue(payloadType, payload);
      }
    } finally {
      lock.unlock();
    }
  }

  /** With the lock held. */
  private void enqueue(int payloadType, byte[] payload) {
    ChannelMessage message =
        new ChannelMessage(
            ChannelMessage.INPUT, nextSequence++, 0, UUID.randomUUID(), payloadType, payload);
    byte[] bytes = message.encode(clock.millis());
    outbox.add(message.sequence(), bytes, System.nanoTime());
    toWrite.add(bytes);
  }

  /**
   * The next payload in order; blocks. Empty when the agent has ended the session.
   *
   * @throws ChannelException when the session is lost
   */
  Optional<Payload> receive() throws ChannelException, InterruptedException {
    @Nullable Link hungry = null;
    lock.lockInterruptibly();
    try {
      while (received.isEmpty() && !ended) {
        changed.await();
      }
      if (received.isEmpty()) {
        if (failure != null) {
          throw new ChannelException(failure);
        }
        return Optional.empty();
      }
      if (received.size() <= MOST_WAITING) {
        hungry = starved;
        starved = null;
      }
      return Optional.of(received.remove());
    } finally {
      lock.unlock();
      if (hungry != null) {
        hungry.more();
      }
    }
  }

  /** What the agent said at the end, for example why the command could not be started. */
  String closingWords() {
    lock.lock();
    try {
      return closingWords == null ? "" : closingWords;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void arrived(Link from, ByteBuffer data) {
    boolean more = true;
    lock.lock();
    try {
      take(ChannelMessage.decode(data));
      changed.signalAll();
      if (received.size() > MOST_WAITING) {
        starved = from;
        more = false;
      }
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("session", ticket.sessionId())
          .addKeyValue("error", e.getMessage())
          .log("A message of a session was dropped");
    } finally {
      lock.unlock();
    }
    if (more) {
      from.more();
    }
  }

  /** With the lock held. */
  private void take(ChannelMessage message) throws IOException {
    switch (message.type()) {
      case ChannelMessage.OUTPUT -> output(message);
      case ChannelMessage.ACKNOWLEDGE ->
          outbox.acknowledged(Handshake.acknowledged(message.payload()), System.nanoTime());
      case ChannelMessage.CHANNEL_CLOSED -> {
        closingWords = Handshake.closingWords(message.payload());
        ended = true;
      }
      case ChannelMessage.PAUSE_PUBLICATION -> paused = true;
      case ChannelMessage.START_PUBLICATION -> paused = false;
      default ->
          LOG.atDebug().addKeyValue("type", message.type()).log("An unknown message of a session");
    }
  }

  /** With the lock held. */
  private void output(ChannelMessage message) throws IOException {
    paused = false;
    Inbox.Arrival arrival = inbox.arrived(message);
    if (arrival.acknowledge()) {
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
    for (ChannelMessage ready : arrival.ready()) {
      switch (ready.payloadType()) {
        case Payload.HANDSHAKE_REQUEST -> {
          Handshake.Response response = Handshake.respond(ready.payload());
          enqueue(Payload.HANDSHAKE_RESPONSE, response.bytes());
          if (!response.refused().isEmpty()) {
            fail(response.refused());
          }
        }
        case Payload.HANDSHAKE_COMPLETE -> greeted = true;
        default -> {
          if (!draining) {
            received.add(new Payload(ready.payloadType(), ready.payload()));
          }
        }
      }
    }
  }

  /** With the lock held. */
  private void fail(String why) {
    if (!ended) {
      ended = true;
      failure = why;
    }
    changed.signalAll();
  }

  @Override
  public void lost(Link from) {
    lock.lock();
    try {
      if (from.equals(link)) {
        lost = true;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void write() {
    try {
      while (true) {
        byte[] message = toWrite.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
        Link now;
        lock.lock();
        try {
          if ((ended && message == null) || link == null) {
            return;
          }
          now = lost ? null : link;
          outbox.due(System.nanoTime()).filter(due -> !paused).ifPresent(toWrite::add);
          if (outbox.age(System.nanoTime()).compareTo(UNHEARD) > 0) {
            fail("the agent in the task has not answered for " + UNHEARD.toMinutes() + " minutes");
          }
        } finally {
          lock.unlock();
        }
        deliver(now, message);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closeLink();
    }
  }

  private void deliver(@Nullable Link now, byte @Nullable [] message) throws InterruptedException {
    if (now == null) {
      reconnect();
    } else if (message != null) {
      try {
        now.send(message);
      } catch (IOException e) {
        lost(now);
      }
    }
  }

  /** What was in flight is sent again through the new connection. */
  private void reconnect() throws InterruptedException {
    if (isEnded()) {
      return;
    }
    Duration pause = TICK;
    for (int attempt = 1; attempt <= RECONNECTS && !isEnded(); attempt++) {
      try {
        Optional<SessionTicket> again = api.resume(ticket);
        if (again.isEmpty()) {
          giveUp("the session has ended while the connection was lost");
          return;
        }
        connect(again.get());
        return;
      } catch (IOException | ProviderException e) {
        LOG.atDebug()
            .addKeyValue("session", ticket.sessionId())
            .setCause(e)
            .log("A session's connection was not restored yet");
      }
      TimeUnit.NANOSECONDS.sleep(pause.toNanos());
      pause = pause.multipliedBy(2);
    }
    giveUp("the connection to the session was lost");
  }

  private void giveUp(String why) {
    lock.lock();
    try {
      fail(why);
    } finally {
      lock.unlock();
    }
  }

  private boolean isEnded() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  private void closeLink() {
    @Nullable Link last;
    lock.lock();
    try {
      last = link;
      link = null;
    } finally {
      lock.unlock();
    }
    if (last != null) {
      last.close();
    }
  }

  /** Lets the agent end the session by itself, for a while; then ends it. Returns at once. */
  void closeSoon() {
    @Nullable Link hungry;
    lock.lock();
    try {
      draining = true;
      received.clear();
      hungry = starved;
      starved = null;
    } finally {
      lock.unlock();
    }
    if (hungry != null) {
      hungry.more();
    }
    Thread.ofVirtual().name("session-end-" + ticket.sessionId()).start(this::awaitEnd);
  }

  private void awaitEnd() {
    long left = GOODBYE.toNanos();
    lock.lock();
    try {
      while (!ended && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
      close();
    }
  }

  /** Ends the session, and with it the command, unless it has ended. Idempotent. */
  @Override
  public void close() {
    boolean over;
    lock.lock();
    try {
      over = closingWords != null || finished;
      finished = true;
      fail("the session was closed");
    } finally {
      lock.unlock();
    }
    if (!over) {
      Thread.ofVirtual().name("session-terminate-" + ticket.sessionId()).start(this::terminate);
    }
  }

  private void terminate() {
    try {
      api.terminate(ticket.sessionId());
    } catch (ProviderException e) {
      LOG.atWarn()
          .addKeyValue("session", ticket.sessionId())
          .addKeyValue("error", e.getMessage())
          .log("A session could not be ended; AWS ends it when it has been idle");
    }
  }
}
