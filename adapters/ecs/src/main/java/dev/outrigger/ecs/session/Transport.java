package dev.outrigger.ecs.session;

import dev.outrigger.provider.ProviderException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a conversation over WebSocket connections, one after the other as they are lost. One
 * virtual thread writes, repeats and reconnects, until the conversation has ended.
 */
final class Transport implements Link.Owner {

  private static final Logger LOG = LoggerFactory.getLogger(Transport.class);
  private static final Duration TICK = Duration.ofMillis(100);
  private static final int RECONNECTS = 5;

  private final HttpClient http;
  private final SessionApi api;
  private final SessionTicket ticket;
  private final Conversation conversation;
  private final String clientId = UUID.randomUUID().toString();

  /** Guarded by this; null while it is lost. */
  private @Nullable Link link;

  Transport(HttpClient http, SessionApi api, SessionTicket ticket, Conversation conversation) {
    this.http = http;
    this.api = api;
    this.ticket = ticket;
    this.conversation = conversation;
  }

  /** Connects; what is said from now on is written. */
  void start() throws IOException, InterruptedException {
    connect(ticket);
    Thread.ofVirtual().name("session-" + ticket.sessionId()).start(this::run);
  }

  private void connect(SessionTicket with) throws IOException, InterruptedException {
    Link fresh = Link.connect(http, with, clientId, this);
    synchronized (this) {
      link = fresh.isGone() ? null : fresh;
    }
    conversation.repeatAll();
  }

  @Override
  public void arrived(Link from, ByteBuffer message) {
    conversation.arrived(message, from::more);
  }

  @Override
  public synchronized void lost(Link from) {
    if (from.equals(link)) {
      link = null;
    }
  }

  private synchronized @Nullable Link current() {
    return link;
  }

  private void run() {
    try {
      while (true) {
        byte[] message = conversation.next(TICK);
        if (message == null && conversation.isEnded()) {
          return;
        }
        deliver(message);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      Link last = current();
      if (last != null) {
        last.close();
      }
    }
  }

  /** What is not delivered is repeated when a new connection is there. */
  private void deliver(byte @Nullable [] message) throws InterruptedException {
    Link now = current();
    if (now == null) {
      reconnect();
    } else {
      try {
        if (message == null) {
          now.probe();
        } else {
          now.send(message);
        }
      } catch (IOException e) {
        lost(now);
        now.close();
      }
    }
  }

  private void reconnect() throws InterruptedException {
    Duration pause = TICK;
    for (int attempt = 1; attempt <= RECONNECTS && !conversation.isEnded(); attempt++) {
      try {
        Optional<SessionTicket> again = api.resume(ticket);
        if (again.isEmpty()) {
          conversation.fail("the session has ended while the connection was lost");
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
    conversation.fail("the connection to the session was lost");
  }
}
