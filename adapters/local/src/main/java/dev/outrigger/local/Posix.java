package dev.outrigger.local;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.outrigger.provider.TerminalSize;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The few calls of the C library that Java lacks: pipes that outlive the process that writes them,
 * pseudo-terminals, and signals to process groups. Linux's constants.
 */
final class Posix {

  static final short READABLE = 0x001; // POLLIN
  static final short WRITABLE = 0x004; // POLLOUT

  private static final int EINTR = 4;
  private static final int EIO = 5;
  private static final int EAGAIN = 11;
  private static final int ESRCH = 3;
  private static final int O_WRONLY = 0x1;
  private static final int O_RDWR = 0x2;
  private static final int O_NOCTTY = 0x100;
  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;
  private static final long TIOCSWINSZ = 0x5414;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle PIPE2 = function("pipe2", ADDRESS, JAVA_INT);
  private static final MethodHandle OPENPT = function("posix_openpt", JAVA_INT);
  private static final MethodHandle UNLOCKPT = function("unlockpt", JAVA_INT);
  private static final MethodHandle PTSNAME = function("ptsname_r", JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle IOCTL = variadic("ioctl", 2, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle OPEN = variadic("open", 2, ADDRESS, JAVA_INT);
  private static final MethodHandle POLL = function("poll", ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle READ = data("read");
  private static final MethodHandle WRITE = data("write");
  private static final MethodHandle CLOSE = function("close", JAVA_INT);
  private static final MethodHandle KILL = function("kill", JAVA_INT, JAVA_INT);

  private Posix() {}

  /** A call of C that sets {@code errno}. */
  private interface Call {
    long run(MemorySegment state) throws Throwable;
  }

  /** The reading end, which does not block, and the writing end, which does. */
  static int[] pipe() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(JAVA_INT, 2);
      require("pipe2", state -> (int) PIPE2.invokeExact(state, ends, O_CLOEXEC));
      return new int[] {ends.getAtIndex(JAVA_INT, 0), ends.getAtIndex(JAVA_INT, 1)};
    }
  }

  /** The controlling side of a new terminal; reads and writes do not block. */
  static int openTerminal() throws IOException {
    int flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
    int fd = (int) require("posix_openpt", state -> (int) OPENPT.invokeExact(state, flags));
    try {
      require("unlockpt", state -> (int) UNLOCKPT.invokeExact(state, fd));
      return fd;
    } catch (IOException e) {
      close(fd);
      throw e;
    }
  }

  /** A FIFO that somebody reads; writes do not block. */
  static int openToWrite(String path) throws IOException {
    int flags = O_WRONLY | O_NONBLOCK | O_CLOEXEC;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path);
      return (int) require("open", state -> (int) OPEN.invokeExact(state, name, flags));
    }
  }

  /** Where the processes open the terminal. */
  static String terminalName(int fd) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocate(128);
      int error = (int) call(state -> (int) PTSNAME.invokeExact(state, fd, name, 128L)).result;
      if (error != 0) {
        throw new IOException("ptsname_r failed: errno " + error);
      }
      return name.getString(0);
    }
  }

  /** The kernel tells the terminal's foreground processes by SIGWINCH. */
  static void resize(int fd, TerminalSize size) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment winsize = arena.allocate(JAVA_SHORT, 4);
      winsize.setAtIndex(JAVA_SHORT, 0, (short) size.rows());
      winsize.setAtIndex(JAVA_SHORT, 1, (short) size.columns());
      require("ioctl", state -> (int) IOCTL.invokeExact(state, fd, TIOCSWINSZ, winsize));
    }
  }

  /** Whether it became ready (or broken, which reading and writing tell) within the time. */
  static boolean poll(int fd, short events, int millis) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pollfd = arena.allocate(8, 4);
      pollfd.set(JAVA_INT, 0, fd);
      pollfd.set(JAVA_SHORT, 4, events);
      Result result = call(state -> (int) POLL.invokeExact(state, pollfd, 1L, millis));
      if (result.result < 0 && result.errno != EINTR) {
        throw new IOException("poll failed: errno " + result.errno);
      }
      return result.result > 0;
    }
  }

  /**
   * @return how many bytes; 0 when there are none at present; -1 at the end, which for a terminal
   *     is that nobody has it open any more
   */
  static int read(int fd, MemorySegment into) throws IOException {
    Result result = call(state -> (long) READ.invokeExact(state, fd, into, into.byteSize()));
    if (result.result > 0) {
      return (int) result.result;
    }
    if (result.result == 0 || result.errno == EIO) {
      return -1;
    }
    return notNow("read", result.errno);
  }

  /**
   * @return how many bytes were taken; 0 when there is no room at present
   */
  static int write(int fd, MemorySegment bytes) throws IOException {
    Result result = call(state -> (long) WRITE.invokeExact(state, fd, bytes, bytes.byteSize()));
    return result.result >= 0 ? (int) result.result : notNow("write", result.errno);
  }

  static void close(int fd) {
    // Whatever it answers, the descriptor is closed (close(2)).
    call(state -> (int) CLOSE.invokeExact(state, fd));
  }

  /**
   * Signals every process of a group.
   *
   * @param signal 0 only asks
   * @return whether the group has any process
   */
  static boolean signalGroup(long group, int signal) {
    Result result = call(state -> (int) KILL.invokeExact(state, (int) -group, signal));
    return result.result == 0 || result.errno != ESRCH;
  }

  private static int notNow(String name, int errno) throws IOException {
    if (errno == EAGAIN || errno == EINTR) {
      return 0;
    }
    throw new IOException(name + " failed: errno " + errno);
  }

  private record Result(long result, int errno) {}

  private static long require(String name, Call call) throws IOException {
    Result result = call(call);
    if (result.result < 0) {
      throw new IOException(name + " failed: errno " + result.errno);
    }
    return result.result;
  }

  private static Result call(Call call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      return new Result(call.run(state), (int) ERRNO.get(state, 0L));
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a call of the C library throws nothing", e);
    }
  }

  private static MethodHandle function(String name, MemoryLayout... parameters) {
    return link(name, FunctionDescriptor.of(JAVA_INT, parameters));
  }

  private static MethodHandle data(String name) {
    return link(name, FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  }

  /**
   * @param fixed how many parameters stand before the ellipsis
   */
  private static MethodHandle variadic(String name, int fixed, MemoryLayout... parameters) {
    return link(
        name, FunctionDescriptor.of(JAVA_INT, parameters), Linker.Option.firstVariadicArg(fixed));
  }

  @SuppressWarnings("restricted") // the launcher enables native access
  private static MethodHandle link(
      String name, FunctionDescriptor descriptor, Linker.Option... more) {
    Linker.Option[] options = java.util.Arrays.copyOf(more, more.length + 1);
    options[more.length] = Linker.Option.captureCallState("errno");
    return LINKER.downcallHandle(
        LINKER.defaultLookup().find(name).orElseThrow(), descriptor, options);
  }
}
