package dev.outrigger.ecs.session;

import dev.outrigger.provider.PortConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a {@link PortSession}.
 *
 * <p>smux has no half-close: the agent closes the whole connection when it hears the client's end,
 * and would lose the answer. So the end of the output is told only with the end of the input, or by
 * {@link #close}.
 */
final class PortStream implements PortConnection {

  /** What may wait to be read before the session's reader waits too. */
  private static final int MOST_WAITING = 1 << 20;

  private static final int CHUNK = 16 * 1024;

  /** How long a connection waits for news of a refusal, which comes at once. */
  static final Duration SIGN = Duration.ofSeconds(1);

  private final PortSession session;
  private final int id;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // All below guarded by lock.
  private final Queue<byte[]> waiting = new ArrayDeque<>();
  private int waitingBytes;
  private int readFrom;
  private boolean heard;
  private boolean ended;
  private boolean closed;
  private @Nullable String failure;

  PortStream(PortSession session, int id) {
    this.session = session;
    this.id = id;
  }

  /** From the session's reader: blocks while too much is waiting. */
  void received(byte[] data) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      heard = true;
      while (waitingBytes > MOST_WAITING && !closed) {
        changed.await();
      }
      if (!closed && data.length > 0) {
        waiting.add(data);
        waitingBytes += data.length;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The Pod has ended the connection; null when it did so without an error. */
  void end(@Nullable String why) {
    lock.lock();
    try {
      if (!ended) {
        ended = true;
        failure = why;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits a while for a first sign of the Pod.
   *
   * @throws IOException when the connection was refused
   */
  void awaitSign(Duration limit) throws IOException, InterruptedException {
    long left = limit.toNanos();
    lock.lockInterruptibly();
    try {
      while (!heard && !ended && left > 0) {
        left = changed.awaitNanos(left);
      }
      if (ended && failure != null && !heard) {
        throw new IOException(failure);
      }
    } finally {
      lock.unlock();
    }
  }

  boolean hasHeard() {
    lock.lock();
    try {
      return heard;
    } finally {
      lock.unlock();
    }
  }

  private int read(byte[] buffer, int offset, int length) throws IOException {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    try {
      while (waiting.isEmpty() && !ended && !closed) {
        changed.await();
      }
      byte[] first = waiting.peek();
      if (first == null) {
        if (closed || failure != null) {
          throw new IOException(failure == null ? "the connection was closed" : failure);
        }
        return -1;
      }
      int count = Math.min(length, first.length - readFrom);
      System.arraycopy(first, readFrom, buffer, offset, count);
      readFrom += count;
      if (readFrom == first.length) {
        waiting.remove();
        readFrom = 0;
      }
      waitingBytes -= count;
      changed.signalAll();
      return count;
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      lock.unlock();
    }
  }

  private static IOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    InterruptedIOException io = new InterruptedIOException("interrupted");
    io.initCause(e);
    return io;
  }

  private void write(byte[] data, int offset, int length) throws IOException {
    for (int from = 0; from < length; from += CHUNK) {
      lock.lock();
      try {
        if (closed || ended) {
          throw new IOException(failure == null ? "the Pod has closed the connection" : failure);
        }
      } finally {
        lock.unlock();
      }
      int count = Math.min(CHUNK, length - from);
      byte[] piece = Arrays.copyOfRange(data, offset + from, offset + from + count);
      try {
        session.send(new SmuxFrame(SmuxFrame.PSH, id, piece));
      } catch (InterruptedException e) {
        throw interrupted(e);
      } catch (ChannelException e) {
        throw new IOException(e.getMessage(), e);
      }
    }
  }

  @Override
  public InputStream input() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        return length == 0 ? 0 : PortStream.this.read(buffer, offset, length);
      }
    };
  }

  @Override
  public OutputStream output() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] data, int offset, int length) throws IOException {
        PortStream.this.write(data, offset, length);
      }
    };
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    session.forget(id);
  }
}
