package dev.outrigger.local;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * An open file of the kernel's: one end of a pipe or of a terminal. Its calls block the thread in
 * C, so they are for threads of the platform, not for virtual ones.
 *
 * <p>INVARIANT: the number is given back to the kernel when it is closed and nobody uses it any
 * more, never before: it may then mean another file.
 */
final class Descriptor implements AutoCloseable {

  private static final int BUFFER = 64 * 1024;

  /** How long a blocked call may take to notice that it was closed. */
  private static final int POLL_MILLIS = 500;

  private final int fd;

  // Guarded by this.
  private int users;
  private boolean closed;

  Descriptor(int fd) {
    this.fd = fd;
  }

  /** Does something with its number that does not block; nothing when it is closed. */
  interface Use {
    void with(int fd) throws IOException;
  }

  void use(Use use) throws IOException {
    if (enter()) {
      try {
        use.with(fd);
      } finally {
        leave();
      }
    }
  }

  /** A file name under which this process may open it again. */
  String path() {
    return "/proc/self/fd/" + fd;
  }

  /** Copies until its end, or until it is closed. Throws only what writing throws. */
  void copyTo(OutputStream out) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(BUFFER);
      byte[] bytes = new byte[BUFFER];
      int read = next(buffer);
      while (read > 0) {
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, read);
        out.write(bytes, 0, read);
        out.flush();
        read = next(buffer);
      }
    }
  }

  /** Writes all of it, unless it is closed meanwhile. */
  void write(byte[] bytes, int length) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(length);
      MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, length);
      int at = 0;
      while (at < length) {
        MemorySegment rest = buffer.asSlice(at);
        int written = whenReady(Posix.WRITABLE, n -> Posix.write(n, rest));
        if (written < 0) {
          return;
        }
        at += written;
      }
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      if (users > 0) {
        return;
      }
    }
    Posix.close(fd);
  }

  /** A call that moves bytes; 0 when none at present. */
  private interface Move {
    int with(int fd) throws IOException;
  }

  private int next(MemorySegment buffer) {
    try {
      return whenReady(Posix.READABLE, n -> Posix.read(n, buffer));
    } catch (IOException e) {
      return -1; // as good as its end: nothing can be read any more
    }
  }

  /** At least one byte, or -1 at the end or when closed. */
  private int whenReady(short events, Move move) throws IOException {
    while (enter()) {
      try {
        int moved = Posix.poll(fd, events, POLL_MILLIS) ? move.with(fd) : 0;
        if (moved != 0) {
          return moved;
        }
      } finally {
        leave();
      }
    }
    return -1;
  }

  private synchronized boolean enter() {
    if (!closed) {
      users++;
    }
    return !closed;
  }

  private void leave() {
    synchronized (this) {
      users--;
      if (!closed || users > 0) {
        return;
      }
    }
    Posix.close(fd);
  }
}
