package dev.outrigger.agent.kubelet;

import dev.outrigger.agent.kubelet.stream.Upgrade;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One response, written by one virtual thread that blocks while the reader is slow: no more than
 * the window's bytes are under way, whatever the channel has room for. Small writes gather and go
 * out after {@link #GATHER_MILLIS}, so that a followed line is seen at once and a million of them
 * do not cost a TLS record each.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the connection anyway
final class ResponseWriter implements LogOutput {

  private static final int CHUNK = 16 << 10;
  private static final long GATHER_MILLIS = 5;

  private final Channel channel;
  private final boolean chunked;
  private final boolean keepAlive;
  private final ServerLimits limits;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition progress = lock.newCondition();

  // Guarded by lock. INVARIANT: whatever is enqueued is enqueued in the order of the writes; the
  // timer only takes the buffer while holding the lock, and hands it on before releasing it.
  private byte[] buffer = new byte[CHUNK];
  private int buffered;
  private int underWay;
  private boolean timer;
  private boolean gone;

  /** Of the writing thread alone. */
  private boolean begun;

  private boolean ended;
  private boolean aborted;
  private volatile boolean upgraded;

  ResponseWriter(Channel channel, HttpRequest request, ServerLimits limits) {
    this.channel = channel;
    this.limits = limits;
    this.chunked = !request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    this.keepAlive = chunked && HttpUtil.isKeepAlive(request);
  }

  boolean begun() {
    return begun;
  }

  /** Whether the connection is no longer HTTP's. */
  boolean upgraded() {
    return upgraded;
  }

  /**
   * Leaves HTTP: from now on the connection is the upgrade's, whatever becomes of it.
   *
   * @throws IOException when the client has gone
   */
  void upgrade(Upgrade to) throws IOException, InterruptedException {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    begun = true;
    ended = true;
    upgraded = true;
    channel.eventLoop().execute(() -> done.complete(channel.isActive() && switchTo(to)));
    try {
      if (!done.get()) {
        throw new IOException("the client has gone");
      }
    } catch (ExecutionException e) {
      throw new IOException("the connection could not be upgraded", e.getCause());
    }
  }

  /** What has come early, if anything, passes from HTTP's codec to the upgrade's. */
  private boolean switchTo(Upgrade to) {
    channel.writeAndFlush(to.response());
    channel.pipeline().remove(ConnectionHandler.class);
    to.install(channel.pipeline());
    channel.pipeline().remove(HttpServerCodec.class);
    return true;
  }

  boolean keepsConnection() {
    return keepAlive && !aborted;
  }

  /** A whole answer in plain text. */
  void text(int status, String text) throws IOException {
    whole(status, "text/plain; charset=utf-8", text);
  }

  /** A whole answer. */
  void whole(int status, String contentType, String body) throws IOException {
    whole(status, contentType, EmptyHttpHeaders.INSTANCE, body.getBytes(StandardCharsets.UTF_8));
  }

  /** A whole answer that says more in its head. */
  void whole(int status, String contentType, HttpHeaders more, byte[] bytes) throws IOException {
    DefaultHttpResponse head = head(status, contentType, bytes.length);
    head.headers().add(more);
    begin(head);
    for (int at = 0; at < bytes.length; at += CHUNK) {
      byte[] part = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + CHUNK));
      write(part, part.length);
    }
  }

  private DefaultHttpResponse head(int status, String contentType, int length) {
    var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
    head.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
    head.headers().set("x-content-type-options", "nosniff");
    if (length >= 0) {
      head.headers().set(HttpHeaderNames.CONTENT_LENGTH, length);
    } else if (chunked) {
      head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    if (!keepAlive) {
      head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    return head;
  }

  void allow(String methods) throws IOException {
    byte[] body = "405: Method Not Allowed".getBytes(StandardCharsets.UTF_8);
    DefaultHttpResponse head = head(405, "text/plain; charset=utf-8", body.length);
    head.headers().set(HttpHeaderNames.ALLOW, methods);
    begin(head);
    write(body, body.length);
  }

  private void begin(DefaultHttpResponse head) throws IOException {
    begun = true;
    lock.lock();
    try {
      checkReader();
      enqueue(head, 0);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void write(byte[] bytes, int length) throws IOException {
    beginStream();
    for (int at = 0; at < length; ) {
      lock.lock();
      try {
        int part = Math.min(length - at, CHUNK - buffered);
        System.arraycopy(bytes, at, buffer, buffered, part);
        at += part;
        buffered += part;
        if (buffered == CHUNK) {
          awaitRoom();
          enqueueBuffer();
        } else if (!timer) {
          setTimer();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  @Override
  public void flush() throws IOException {
    beginStream();
    lock.lock();
    try {
      awaitRoom();
      enqueueBuffer();
    } finally {
      lock.unlock();
    }
  }

  private void beginStream() throws IOException {
    if (!begun) {
      begin(head(200, "text/plain; charset=utf-8", -1));
    }
  }

  /** Waits until the reader has taken all but a chunk's room of the window. Holds the lock. */
  private void awaitRoom() throws IOException {
    long left = limits.stallTime().toNanos();
    try {
      while (!gone && underWay + buffered > limits.windowBytes() && underWay > 0) {
        if (left <= 0) {
          channel.close();
          throw new IOException("the reader took nothing for " + limits.stallTime());
        }
        left = progress.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the response was cut short");
    }
    checkReader();
  }

  private void checkReader() throws IOException {
    if (gone || !channel.isActive()) {
      throw new IOException("the reader has gone");
    }
  }

  /** Holds the lock. */
  private void enqueueBuffer() {
    if (buffered > 0) {
      byte[] full = buffer;
      enqueue(new DefaultHttpContent(Unpooled.wrappedBuffer(full, 0, buffered)), buffered);
      buffer = new byte[CHUNK];
      buffered = 0;
    }
  }

  /** By way of the loop's queue even on the loop itself, which keeps the order. Holds the lock. */
  private void enqueue(HttpObject message, int bytes) {
    underWay += bytes;
    channel
        .eventLoop()
        .execute(
            () ->
                channel
                    .writeAndFlush(message)
                    .addListener(written -> written(bytes, written.isSuccess())));
  }

  private void written(int bytes, boolean success) {
    lock.lock();
    try {
      underWay -= bytes;
      gone |= !success;
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Holds the lock. */
  private void setTimer() {
    timer = true;
    channel.eventLoop().schedule(this::gathered, GATHER_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void gathered() {
    lock.lock();
    try {
      timer = false;
      if (gone || buffered == 0) {
        return;
      }
      if (underWay + buffered <= limits.windowBytes()) {
        enqueueBuffer();
      } else {
        setTimer();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Leaves the response unfinished and its connection unusable, so that its reader can tell. */
  void abort() {
    aborted = true;
  }

  /** Ends the response; idempotent. */
  void end() throws IOException {
    if (ended) {
      return;
    }
    ended = true;
    flush();
    lock.lock();
    try {
      if (!aborted) {
        enqueue(LastHttpContent.EMPTY_LAST_CONTENT, 0);
      }
    } finally {
      lock.unlock();
    }
  }
}
