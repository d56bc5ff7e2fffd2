package dev.outrigger.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;

/** Bytes on their way from one thread to another, no more than a bounded number at a time. */
final class ByteFlow extends InputStream {

  private static final int LIMIT = 256 * 1024;

  private final Object lock = new Object();

  // Guarded by lock.
  private final Deque<byte[]> parts = new ArrayDeque<>();
  private int position;
  private long held;
  private boolean ended;
  private boolean closed;

  /** Waits for room. What comes after the reader has closed is dropped: nobody takes it. */
  void put(byte[] part) throws InterruptedException {
    synchronized (lock) {
      while (held >= LIMIT && !closed) {
        lock.wait();
      }
      if (!closed && part.length > 0) {
        parts.add(part);
        held += part.length;
        lock.notifyAll();
      }
    }
  }

  /** Nothing comes any more: the reader gets what is held and then the end. */
  void end() {
    synchronized (lock) {
      ended = true;
      lock.notifyAll();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    synchronized (lock) {
      awaitPart();
      byte[] part = parts.peekFirst();
      if (part == null) {
        return -1;
      }
      int taken = Math.min(length, part.length - position);
      System.arraycopy(part, position, into, offset, taken);
      position += taken;
      held -= taken;
      if (position == part.length) {
        parts.removeFirst();
        position = 0;
      }
      lock.notifyAll();
      return taken;
    }
  }

  @Override
  public int available() {
    synchronized (lock) {
      return (int) held;
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      parts.clear();
      held = 0;
      position = 0;
      lock.notifyAll();
    }
  }

  /** Holds the lock. */
  private void awaitPart() throws IOException {
    try {
      while (parts.isEmpty() && !ended && !closed) {
        lock.wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("reading was cut short");
    }
  }
}
