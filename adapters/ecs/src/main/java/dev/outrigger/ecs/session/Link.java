package dev.outrigger.ecs.session;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket connection of a channel. Messages arrive one by one: the next only after {@link
 * #more}. One thread writes.
 *
 * <p>The JDK's WebSocket forgets the end of a connection that breaks off while no message is asked
 * for (its TransportImpl counts the end as a message), and no client hears of one that a router has
 * dropped. So a quiet connection is pinged.
 */
final class Link implements WebSocket.Listener {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int NORMAL = 1000;

  /** Without a message for so long it is pinged. */
  private static final Duration QUIET = Duration.ofSeconds(5);

  /** Without an answer for so long it is lost, if it has ever answered. */
  private static final Duration SILENT = Duration.ofSeconds(20);

  /** Hears what arrives; does not block. */
  interface Owner {
    void arrived(Link link, ByteBuffer message);

    void lost(Link link);
  }

  private final Owner owner;
  private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
  private final CompletableFuture<WebSocket> open = new CompletableFuture<>();

  private volatile boolean gone;

  /** Whether a message is asked for: only then the end, or the answer to a ping, can be heard. */
  private volatile boolean asked;

  /** When something was heard, or asked for, last ({@link System#nanoTime}). */
  private volatile long heard;

  private volatile boolean answersPings;

  /** By the thread that writes. */
  private long pinged;

  private Link(Owner owner) {
    this.owner = owner;
  }

  /** Connects and sends the opening. */
  static Link connect(HttpClient http, SessionTicket ticket, String clientId, Owner owner)
      throws IOException, InterruptedException {
    Link link = new Link(owner);
    link.pinged = System.nanoTime() - QUIET.toNanos();
    var _ =
        await(
            http.newWebSocketBuilder()
                .connectTimeout(PATIENCE)
                .buildAsync(URI.create(ticket.streamUrl()), link));
    WebSocket socket = await(link.open);
    var _ = await(socket.sendText(Handshake.opening(ticket, clientId), true));
    link.more();
    return link;
  }

  private static <T> T await(CompletableFuture<T> future) throws IOException, InterruptedException {
    try {
      return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException("the data channel's connection failed: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new IOException("the data channel's connection takes too long", e);
    }
  }

  /** Whether the connection has been lost. */
  boolean isGone() {
    return gone;
  }

  void send(byte[] message) throws IOException, InterruptedException {
    var _ = await(await(open).sendBinary(ByteBuffer.wrap(message), true));
  }

  /**
   * Makes sure that it still is there; for the thread that writes, now and then.
   *
   * @throws IOException when it is not
   */
  void probe() throws IOException, InterruptedException {
    long now = System.nanoTime();
    if (!asked || now - heard < QUIET.toNanos()) {
      return;
    }
    if (answersPings && now - heard > SILENT.toNanos()) {
      throw new IOException("nothing was heard for " + SILENT.toSeconds() + " s");
    }
    if (now - pinged > QUIET.toNanos()) {
      pinged = now;
      var _ = await(await(open).sendPing(ByteBuffer.allocate(0)));
    }
  }

  /** Asks for the next message. */
  void more() {
    heard = System.nanoTime();
    asked = true;
    WebSocket socket = open.getNow(null);
    if (socket != null) {
      socket.request(1);
    }
  }

  /** Drops the connection, with a goodbye if that can be said at once. */
  void close() {
    WebSocket socket = open.getNow(null);
    if (socket != null) {
      var _ =
          socket
              .sendClose(NORMAL, "")
              .orTimeout(1, TimeUnit.SECONDS)
              .whenComplete((ok, error) -> socket.abort());
    }
  }

  @Override
  public void onOpen(WebSocket socket) {
    open.complete(socket);
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
    heard = System.nanoTime();
    asked = !last;
    if (last && partial.size() == 0) {
      owner.arrived(this, data);
      return null;
    }
    byte[] part = new byte[data.remaining()];
    data.get(part);
    partial.writeBytes(part);
    if (last) {
      ByteBuffer whole = ByteBuffer.wrap(partial.toByteArray());
      partial.reset();
      owner.arrived(this, whole);
    } else {
      socket.request(1);
    }
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
    socket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPing(WebSocket socket, ByteBuffer message) {
    heard = System.nanoTime();
    socket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
    heard = System.nanoTime();
    answersPings = true;
    socket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
    gone = true;
    owner.lost(this);
    return null;
  }

  @Override
  public void onError(WebSocket socket, Throwable error) {
    gone = true;
    owner.lost(this);
  }
}
