package dev.outrigger.simulator.process;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Locale;

/**
 * A pseudo-terminal of this host (POSIX; made on Linux, the numbers of macOS stand beside). Reads
 * and writes wait in native code: on platform threads only. One thread reads, one writes; {@link
 * #close} may come from any.
 */
@SuppressWarnings("restricted")
public final class Pty implements AutoCloseable {
  private static final boolean MAC =
      System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("mac");
  private static final int READ_WRITE = 2;
  private static final int NO_CONTROLLING_TERMINAL = MAC ? 0x20000 : 0x100;
  private static final int NON_BLOCKING = MAC ? 0x4 : 0x800;
  private static final long SET_WINDOW_SIZE = MAC ? 0x80087467L : 0x5414L;
  private static final int AGAIN = MAC ? 35 : 11;
  private static final int INTERRUPTED = 4;
  private static final short POLL_IN = 1;
  private static final short POLL_OUT = 4;

  /** How soon a waiting thread sees that the terminal was closed. */
  private static final int WAIT_MILLIS = 100;

  private static final int BUFFER = 4096;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final MethodHandle OPENPT = plain("posix_openpt", FunctionDescriptor.of(INT, INT));
  private static final MethodHandle GRANTPT = plain("grantpt", FunctionDescriptor.of(INT, INT));
  private static final MethodHandle UNLOCKPT = plain("unlockpt", FunctionDescriptor.of(INT, INT));
  private static final MethodHandle PTSNAME =
      plain("ptsname", FunctionDescriptor.of(ValueLayout.ADDRESS, INT));
  private static final MethodHandle OPEN =
      plain(
          "open",
          FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle CLOSE = plain("close", FunctionDescriptor.of(INT, INT));
  private static final MethodHandle IOCTL =
      plain(
          "ioctl",
          FunctionDescriptor.of(INT, INT, LONG, ValueLayout.ADDRESS),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle POLL =
      plain("poll", FunctionDescriptor.of(INT, ValueLayout.ADDRESS, LONG, INT));
  private static final MethodHandle READ =
      plain(
          "read",
          FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, LONG),
          Linker.Option.captureCallState("errno"));
  private static final MethodHandle WRITE =
      plain(
          "write",
          FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, LONG),
          Linker.Option.captureCallState("errno"));

  private final Arena arena = Arena.ofAuto();
  private final MemorySegment in = arena.allocate(BUFFER);
  private final MemorySegment out = arena.allocate(BUFFER);
  private final MemorySegment inState = arena.allocate(STATE);
  private final MemorySegment outState = arena.allocate(STATE);
  private final MemorySegment inPoll = arena.allocate(8, 4);
  private final MemorySegment outPoll = arena.allocate(8, 4);
  private final int master;
  private final String path;
  private volatile boolean closed;

  /** Guarded by the class's lock: {@code ptsname} answers in a shared buffer. */
  private int held;

  /** Guarded by this: threads that are in a call on the master, which must not be closed then. */
  private int users;

  private static MethodHandle plain(
      String name, FunctionDescriptor shape, Linker.Option... options) {
    return LINKER.downcallHandle(LINKER.defaultLookup().find(name).orElseThrow(), shape, options);
  }

  /** Opens a terminal. The slave's end is held open until {@link #release}. */
  public Pty() throws IOException {
    try {
      this.master = (int) OPENPT.invokeExact(READ_WRITE | NO_CONTROLLING_TERMINAL | NON_BLOCKING);
      require(master >= 0, "posix_openpt");
      synchronized (Pty.class) {
        require((int) GRANTPT.invokeExact(master) == 0, "grantpt");
        require((int) UNLOCKPT.invokeExact(master) == 0, "unlockpt");
        MemorySegment name = (MemorySegment) PTSNAME.invokeExact(master);
        require(!name.equals(MemorySegment.NULL), "ptsname");
        this.path = name.reinterpret(256).getString(0);
      }
      this.held =
          (int) OPEN.invokeExact(arena.allocateFrom(path), READ_WRITE | NO_CONTROLLING_TERMINAL);
      require(held >= 0, "open " + path);
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException("this host has no pseudo-terminals", e);
    }
  }

  private static void require(boolean worked, String what) throws IOException {
    if (!worked) {
      throw new IOException("no pseudo-terminal: " + what + " failed");
    }
  }

  /** The slave's path: a session leader that opens it gets it as its controlling terminal. */
  public String path() {
    return path;
  }

  /** Sets the size in characters; the processes in front get SIGWINCH. */
  public void resize(int columns, int rows) throws IOException {
    if (enter()) {
      try (Arena call = Arena.ofConfined()) {
        MemorySegment size = call.allocate(8, 2);
        size.set(ValueLayout.JAVA_SHORT, 0, (short) rows);
        size.set(ValueLayout.JAVA_SHORT, 2, (short) columns);
        require((int) IOCTL.invokeExact(master, SET_WINDOW_SIZE, size) == 0, "TIOCSWINSZ");
      } catch (IOException e) {
        throw e;
      } catch (Throwable e) {
        throw new IOException(e);
      } finally {
        leave();
      }
    }
  }

  /** Reads what is there, waiting for at least a byte; -1 when the last process has gone. */
  public int read(byte[] buffer, int most) throws IOException {
    while (await(inPoll, POLL_IN)) {
      long count = transfer(READ, inState, in, Math.min(most, BUFFER));
      if (count > 0) {
        MemorySegment.copy(in, ValueLayout.JAVA_BYTE, 0, buffer, 0, (int) count);
        return (int) count;
      }
      if (count == 0 || !passing(inState)) {
        return -1;
      }
    }
    return -1;
  }

  /** Writes everything, waiting while the terminal's buffer is full. */
  public void write(byte[] data) throws IOException {
    int from = 0;
    while (from < data.length) {
      if (!await(outPoll, POLL_OUT)) {
        throw new IOException("the terminal was closed");
      }
      int length = Math.min(data.length - from, BUFFER);
      MemorySegment.copy(data, from, out, ValueLayout.JAVA_BYTE, 0, length);
      long count = transfer(WRITE, outState, out, length);
      if (count < 0 && !passing(outState)) {
        throw new IOException("the terminal has nobody behind it");
      }
      from += (int) Math.max(0, count);
    }
  }

  private static boolean passing(MemorySegment state) {
    int errno = (int) ERRNO.get(state, 0L);
    return errno == AGAIN || errno == INTERRUPTED;
  }

  private long transfer(MethodHandle call, MemorySegment state, MemorySegment buffer, int length)
      throws IOException {
    if (!enter()) {
      throw new IOException("the terminal was closed");
    }
    try {
      return (long) call.invokeExact(state, master, buffer, (long) length);
    } catch (Throwable e) {
      throw new IOException(e);
    } finally {
      leave();
    }
  }

  /** Waits until the terminal is ready, or has ended; false when it was closed. */
  private boolean await(MemorySegment request, short event) throws IOException {
    while (enter()) {
      try {
        request.set(INT, 0, master);
        request.set(ValueLayout.JAVA_SHORT, 4, event);
        request.set(ValueLayout.JAVA_SHORT, 6, (short) 0);
        if ((int) POLL.invokeExact(request, 1L, WAIT_MILLIS) > 0) {
          return true;
        }
      } catch (Throwable e) {
        throw new IOException(e);
      } finally {
        leave();
      }
    }
    return false;
  }

  private synchronized boolean enter() {
    if (closed) {
      return false;
    }
    users++;
    return true;
  }

  private synchronized void leave() {
    users--;
    if (closed && users == 0) {
      closeMaster();
    }
  }

  /** Lets go of the slave: from now on the end of the last process ends the reading. */
  public void release() {
    synchronized (Pty.class) {
      if (held >= 0) {
        close(held);
        held = -1;
      }
    }
  }

  /** Hangs up: the processes of the session get SIGHUP. Idempotent. */
  @Override
  public void close() {
    release();
    synchronized (this) {
      if (!closed) {
        closed = true;
        if (users == 0) {
          closeMaster();
        }
      }
    }
  }

  private void closeMaster() {
    close(master);
  }

  private static void close(int descriptor) {
    try {
      int ignored = (int) CLOSE.invokeExact(descriptor);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
