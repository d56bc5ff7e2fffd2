package dev.outrigger.agent.kubelet.stream;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Bounds what is under way on a connection, whatever its channel would take. */
final class Window {

  private final int size;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition progress = lock.newCondition();

  // Guarded by lock.
  private int underWay;
  private boolean closed;

  Window(int size) {
    this.size = size;
  }

  /** Blocks until there is room; more than the window passes alone. */
  void take(int bytes) throws IOException {
    lock.lock();
    try {
      while (!closed && underWay > 0 && underWay + bytes > size) {
        progress.await();
      }
      if (closed) {
        throw new IOException("the client has gone");
      }
      underWay += bytes;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the stream was cut short");
    } finally {
      lock.unlock();
    }
  }

  void give(int bytes) {
    lock.lock();
    try {
      underWay -= bytes;
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whoever waits, or comes later, gets an {@code IOException}. */
  void close() {
    lock.lock();
    try {
      closed = true;
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
