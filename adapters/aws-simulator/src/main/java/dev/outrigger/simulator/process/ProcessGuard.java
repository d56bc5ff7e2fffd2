package dev.outrigger.simulator.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One small shell that outlives a simulator that was killed: it reads the process groups that run,
 * and kills those left when its standard input ends. So that not even {@code kill -9} of the
 * simulator leaves a workload behind. From its first instruction until the shell knows of it, a
 * process is bound to the simulator's life by the kernel's parent-death signal, where the host has
 * {@code setpriv}.
 */
public final class ProcessGuard implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessGuard.class);

  /** Without {@code --} before the group, which dash's own kill takes for a number. */
  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      groups=' '
      while read -r op pid; do
        case $op in
          +) groups="$groups$pid " ;;
          k) kill -KILL "-$pid" 2>/dev/null ;;
          -) kill -KILL "-$pid" 2>/dev/null; groups="${groups%% $pid *} ${groups#* $pid }" ;;
        esac
      done
      for pid in $groups; do kill -KILL "-$pid" 2>/dev/null; done
      """;

  /**
   * INVARIANT: every guarded process is started by this one thread, which never ends: Linux sends
   * the parent-death signal when the <em>thread</em> that started the child ends.
   */
  private static final ExecutorService STARTER =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("process-starter").factory());

  private final Process shell;
  private final OutputStream input;
  private boolean closed; // guarded by this

  /** Starts the shell. */
  public ProcessGuard() throws IOException {
    this.shell =
        new ProcessBuilder(HostCommand.ownGroup("/bin/sh", "-c", SCRIPT))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    this.input = shell.getOutputStream();
  }

  /**
   * Starts a command, as the leader of a group of its own, and guards it.
   *
   * @throws IOException when it cannot be started
   */
  public Process start(ProcessBuilder builder) throws IOException {
    builder.command(HostCommand.endingWithParent(HostCommand.ownGroup(builder.command())));
    Process process = outcome(STARTER.submit(builder::start));
    started(process.pid());
    return process;
  }

  /** Takes no notice of an interruption, as starting a process does not. */
  private static Process outcome(Future<Process> start) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return start.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Registers a group by its leader's pid. */
  public void started(long pid) {
    tell("+ " + pid);
  }

  /** Kills a group; the shell does so without another process. */
  void kill(long pid) {
    tell("k " + pid);
  }

  /** Kills what is left of a group, and forgets it. */
  public void ended(long pid) {
    tell("- " + pid);
  }

  /** Once it has ended it has killed everything, and what ends by that is not news. */
  private synchronized void tell(String line) {
    if (closed) {
      return;
    }
    try {
      input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      input.flush();
    } catch (IOException e) {
      LOG.atWarn().setCause(e).log("the process guard has gone");
    }
  }

  /** Kills what is still registered, and ends the shell. */
  @Override
  public synchronized void close() {
    closed = true;
    try {
      input.close();
      shell.waitFor();
    } catch (IOException e) {
      shell.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      shell.destroyForcibly();
    }
  }
}
