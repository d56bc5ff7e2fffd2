package dev.outrigger.ecs.session;

import dev.outrigger.provider.ProviderException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session's data channel: an ordered, reliable stream of messages in both directions that
 * survives lost connections. Back-pressure: who sends waits while {@value Outgoing#WINDOW} messages
 * are unacknowledged or the service has paused publication; who does not receive lets at most
 * {@value Incoming#MOST_WAITING} messages in before the connection is not read any more.
 * Thread-safe.
 */
public final class DataChannel implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DataChannel.class);
  private static final Duration HANDSHAKE = Duration.ofSeconds(30);
  private static final Duration GOODBYE = Duration.ofSeconds(5);

  private final SessionApi api;
  private final String sessionId;
  private final Conversation conversation;

  private DataChannel(SessionApi api, String sessionId, Conversation conversation) {
    this.api = api;
    this.sessionId = sessionId;
    this.conversation = conversation;
  }

  /** Connects and shakes hands; blocks at most a minute. */
  public static DataChannel open(HttpClient http, SessionApi api, SessionTicket ticket, Clock clock)
      throws ChannelException, InterruptedException {
    Conversation conversation = new Conversation(ticket.sessionId(), clock);
    DataChannel channel = new DataChannel(api, ticket.sessionId(), conversation);
    try {
      new Transport(http, api, ticket, conversation).start();
      conversation.awaitGreeting(HANDSHAKE);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw new ChannelException(String.valueOf(e.getMessage()));
    } catch (ChannelException | InterruptedException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Sends a payload of at most 1,024 bytes; blocks while the window is full.
   *
   * @throws ChannelException when the session has ended
   */
  void send(int payloadType, byte[] payload) throws ChannelException, InterruptedException {
    conversation.send(payloadType, payload);
  }

  /**
   * Sends without waiting for the window: for the rare and small. Nothing happens after the end.
   */
  void post(int payloadType, byte[] payload) {
    conversation.post(payloadType, payload);
  }

  /** Waits until the agent has taken everything that was sent, at most so long. */
  void awaitAcknowledged(Duration limit) throws InterruptedException {
    conversation.awaitAcknowledged(limit);
  }

  /**
   * The next payload in order; blocks. Empty when the agent has ended the session.
   *
   * @throws ChannelException when the session is lost
   */
  Optional<Payload> receive() throws ChannelException, InterruptedException {
    return conversation.receive();
  }

  /** What the agent said at the end, for example why the command could not be started. */
  String closingWords() {
    return conversation.closingWords();
  }

  /** Lets the agent end the session by itself, for a while; then ends it. Returns at once. */
  void closeSoon() {
    conversation.drain();
    Thread.ofVirtual().name("session-end-" + sessionId).start(this::awaitEnd);
  }

  private void awaitEnd() {
    try {
      conversation.awaitEnd(GOODBYE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close();
    }
  }

  /** Ends the session, and with it the command, unless it has ended. Idempotent. */
  @Override
  public void close() {
    if (conversation.close()) {
      Thread.ofVirtual().name("session-terminate-" + sessionId).start(this::terminate);
    }
  }

  private void terminate() {
    try {
      api.terminate(sessionId);
    } catch (ProviderException e) {
      LOG.atWarn()
          .addKeyValue("session", sessionId)
          .addKeyValue("error", e.getMessage())
          .log("A session could not be ended; AWS ends it when it has been idle");
    }
  }
}
