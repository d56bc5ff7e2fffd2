package dev.outrigger.agent.kubelet.stream;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends on one stream, for one reading thread. The client's going away looks like the
 * end: it is told to the session otherwise.
 */
final class StreamInput extends InputStream implements Inbound {

  /** A buffer costs this much beside its bytes: many tiny frames must not cost much memory. */
  private static final int OVERHEAD = 256;

  /** Told when the limit is passed, and when half of it has been taken since. */
  interface Gauge {

    /** On the event loop. */
    void full();

    /** On the reader's thread. */
    void drained();
  }

  private final int limit;
  private final Gauge gauge;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();

  // Guarded by lock. INVARIANT: buffers in the queue are owned by it and have bytes to read.
  private final ArrayDeque<ByteBuf> queue = new ArrayDeque<>();
  private int held;
  private boolean full;
  private boolean ended;
  private boolean closed;

  StreamInput(int limit, Gauge gauge) {
    this.limit = limit;
    this.gauge = gauge;
  }

  @Override
  public void data(ByteBuf data) {
    boolean nowFull = false;
    lock.lock();
    try {
      if (closed || ended || !data.isReadable()) {
        data.release();
        return;
      }
      queue.add(data);
      held += data.readableBytes() + OVERHEAD;
      if (!full && held >= limit) {
        full = true;
        nowFull = true;
      }
      arrived.signal();
    } finally {
      lock.unlock();
    }
    if (nowFull) {
      gauge.full();
    }
  }

  @Override
  public void end() {
    lock.lock();
    try {
      ended = true;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    ByteBuf data = take();
    if (data == null) {
      return -1;
    }
    int count = Math.min(length, data.readableBytes());
    data.readBytes(bytes, offset, count);
    putBack(data, count);
    return count;
  }

  /** Without a copy of its own. */
  @Override
  public long transferTo(OutputStream to) throws IOException {
    long count = 0;
    for (ByteBuf data = take(); data != null; data = take()) {
      int length = data.readableBytes();
      try {
        data.readBytes(to, length);
      } finally {
        putBack(data, length);
      }
      count += length;
    }
    return count;
  }

  @Override
  public int available() {
    lock.lock();
    try {
      ByteBuf first = queue.peek();
      return first == null ? 0 : first.readableBytes();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the end was none in good order. */
  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** The reader owns the buffer until it puts it back; {@code null} at the end. */
  private @Nullable ByteBuf take() throws IOException {
    lock.lock();
    try {
      while (queue.isEmpty() && !ended && !closed) {
        arrived.await();
      }
      return queue.poll();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the stream was cut short");
    } finally {
      lock.unlock();
    }
  }

  private void putBack(ByteBuf data, int count) {
    boolean drained;
    lock.lock();
    try {
      held -= count;
      if (data.isReadable() && !closed) {
        queue.addFirst(data);
      } else {
        held -= OVERHEAD + data.readableBytes();
        data.release();
      }
      drained = full && held <= limit / 2;
      full &= !drained;
    } finally {
      lock.unlock();
    }
    if (drained) {
      gauge.drained();
    }
  }

  /** Whoever reads sees the end; what comes yet is thrown away. */
  @Override
  public void close() {
    boolean drained;
    lock.lock();
    try {
      closed = true;
      queue.forEach(ByteBuf::release);
      queue.clear();
      held = 0;
      drained = full;
      full = false;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
    if (drained) {
      gauge.drained();
    }
  }
}
