package dev.outrigger.local;

import dev.outrigger.provider.ExecOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A command that leads a process group of its own, and the threads that carry its streams: threads
 * of the platform, since the kernel blocks them, and a few hundred blocked virtual ones would stop
 * all others.
 *
 * <p>Ends when the command has ended and nobody holds its output any more, as with a container's
 * runtime. When the client goes before, the whole group is killed.
 */
final class HostCommand implements AutoCloseable {

  private static final int SIGKILL = 9;
  private static final int BUFFER = 64 * 1024;

  private final Process process;
  private final ExecRecord record;
  private final List<Thread> outputs = new ArrayList<>();
  private final AtomicReference<IOException> clientGone = new AtomicReference<>();

  HostCommand(Process process, ExecRecord record) {
    this.process = process;
    this.record = record;
  }

  /** Takes what the client sends. */
  interface Input {
    void write(byte[] bytes, int length) throws IOException;

    /** The client sends no more. */
    void end() throws IOException;

    /** Closing it is the end. */
    static Input of(OutputStream out) {
      return new Input() {
        @Override
        public void write(byte[] bytes, int length) throws IOException {
          out.write(bytes, 0, length);
          out.flush();
        }

        @Override
        public void end() throws IOException {
          out.close();
        }
      };
    }
  }

  /** Goes on until the client sends no more or the command takes no more. */
  void feed(InputStream client, Input input) {
    start("exec-stdin", () -> copy(client, input));
  }

  /** Goes on until nobody can write to it any more. */
  void drain(Descriptor from, OutputStream client) {
    outputs.add(
        start(
            "exec-output",
            () -> {
              try {
                from.copyTo(client);
              } catch (IOException e) {
                clientGone.compareAndSet(null, e);
                kill();
              }
            }));
  }

  /**
   * @throws IOException as thrown by the client's streams
   */
  ExecOutcome await() throws IOException, InterruptedException {
    int code = process.waitFor();
    for (Thread output : outputs) {
      output.join();
    }
    IOException gone = clientGone.get();
    if (gone != null) {
      throw gone;
    }
    return new ExecOutcome.Exited(code);
  }

  /** Kills what still runs when the command itself does; else leaves it to the container's end. */
  @Override
  public void close() {
    if (process.isAlive() || outputs.stream().anyMatch(Thread::isAlive)) {
      kill();
    }
    if (!record.signal(0)) {
      record.remove();
    }
  }

  private void kill() {
    record.signal(SIGKILL);
    process.destroyForcibly(); // for the moment before it leads a group
  }

  private static void copy(InputStream client, Input input) {
    byte[] buffer = new byte[BUFFER];
    try {
      int read = client.read(buffer);
      while (read >= 0) {
        input.write(buffer, read);
        read = client.read(buffer);
      }
    } catch (IOException e) {
      // the command takes no more, or the client has gone: nothing is left to carry
    } finally {
      end(input);
    }
  }

  private static void end(Input input) {
    try {
      input.end();
    } catch (IOException e) {
      // it has ended before
    }
  }

  private static Thread start(String name, Runnable work) {
    return Thread.ofPlatform().daemon().name(name).start(work);
  }
}
