package dev.outrigger.ecs.session;

import dev.outrigger.provider.PortConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections to one port of a task through one session, as the plugin makes them. A connection
 * that is read slowly holds the others up once a megabyte waits: smux has no window for each, so
 * that whoever wants independence opens a session for each. Thread-safe.
 */
public final class PortSession implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PortSession.class);

  /** How long a session without connections is kept for the next one. */
  private static final Duration IDLE = Duration.ofSeconds(30);

  /** The agent dials once it has taken the request: until then there is no news. */
  private static final Duration ACCEPTANCE = Duration.ofSeconds(5);

  private final DataChannel channel;
  private final int port;
  private final Map<Integer, PortStream> streams = new ConcurrentHashMap<>();

  /** Odd numbers, as smux's clients use them. */
  private final AtomicInteger lastStream = new AtomicInteger(1);

  /** Held while a frame's messages go out, so that frames stay whole. */
  private final ReentrantLock sending = new ReentrantLock();

  private volatile boolean ended;

  /** Something has answered at this port. */
  private volatile boolean proven;

  /**
   * Of the reader's thread: failed connections whose end has not come yet. The flag that tells of
   * one does not say which: it is the next to end without having heard anything.
   */
  private int refusals;

  /** Takes over the channel. */
  public PortSession(DataChannel channel, int port) {
    this.channel = channel;
    this.port = port;
    Thread.ofVirtual().name("port-session-" + port).start(this::read);
  }

  /** Whether the session has ended: no connection can be opened any more. */
  public boolean isEnded() {
    return ended;
  }

  /**
   * Opens a connection. smux does not tell when it is open, only when that failed; so the first
   * connections wait a moment for such bad news.
   *
   * @throws IOException when nothing listens
   */
  public PortConnection connect() throws ChannelException, IOException, InterruptedException {
    int id = lastStream.addAndGet(2);
    PortStream stream = new PortStream(this, id);
    streams.put(id, stream);
    if (ended) {
      streams.remove(id);
      throw new ChannelException("the session has ended");
    }
    try {
      send(SmuxFrame.open(id));
      if (!proven) {
        channel.awaitAcknowledged(ACCEPTANCE);
        stream.awaitSign(PortStream.SIGN);
      }
      return stream;
    } catch (IOException | ChannelException | InterruptedException e) {
      streams.remove(id);
      throw e;
    }
  }

  void send(SmuxFrame frame) throws ChannelException, InterruptedException {
    byte[] bytes = frame.encode();
    sending.lockInterruptibly();
    try {
      for (int from = 0; from < bytes.length; from += Payload.LARGEST) {
        int to = Math.min(bytes.length, from + Payload.LARGEST);
        channel.send(Payload.OUTPUT, Arrays.copyOfRange(bytes, from, to));
      }
    } finally {
      sending.unlock();
    }
  }

  /** The client has closed a connection. */
  void forget(int id) {
    streams.remove(id);
    Thread.ofVirtual()
        .name("port-close-" + port)
        .start(
            () -> {
              try {
                send(SmuxFrame.finish(id));
                closeIfIdle();
              } catch (ChannelException e) {
                LOG.atTrace().setCause(e).log("A connection ended with its session");
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /** Ends the session unless a connection is opened meanwhile. */
  private void closeIfIdle() throws InterruptedException {
    if (streams.isEmpty()) {
      TimeUnit.NANOSECONDS.sleep(IDLE.toNanos());
      if (streams.isEmpty() && !ended) {
        ended = true;
        channel.close();
      }
    }
  }

  private void read() {
    String why = "the session to port " + port + " has ended";
    SmuxFrame.Assembler frames = new SmuxFrame.Assembler();
    try {
      for (var next = channel.receive(); next.isPresent(); next = channel.receive()) {
        payload(next.get(), frames);
      }
      why = channel.closingWords().isEmpty() ? why : channel.closingWords();
    } catch (ChannelException | IOException e) {
      why = String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended = true;
      String reason = why;
      streams.values().forEach(stream -> stream.end(reason));
      channel.close();
    }
  }

  private void payload(Payload payload, SmuxFrame.Assembler frames)
      throws IOException, InterruptedException {
    if (payload.type() == Payload.FLAG && payload.data().length >= Integer.BYTES) {
      if (ByteBuffer.wrap(payload.data()).getInt() == Payload.CONNECT_TO_PORT_ERROR) {
        refusals++;
      }
    } else if (payload.type() == Payload.OUTPUT) {
      frames.add(payload.data());
      for (var frame = frames.next(); frame.isPresent(); frame = frames.next()) {
        take(frame.get());
      }
    }
  }

  private void take(SmuxFrame frame) throws InterruptedException {
    Optional<PortStream> stream = Optional.ofNullable(streams.get(frame.stream()));
    if (stream.isEmpty()) {
      return;
    }
    if (frame.command() == SmuxFrame.PSH) {
      proven = true;
      stream.get().received(frame.data());
    } else if (frame.command() == SmuxFrame.FIN) {
      boolean refused = refusals > 0 && !stream.get().hasHeard();
      if (refused) {
        refusals--;
      }
      stream.get().end(refused ? "nothing listens on port " + port + " of the Pod" : null);
    }
  }

  /** Ends the session and every connection. */
  @Override
  public void close() {
    channel.close();
  }
}
