package dev.outrigger.simulator.docker;

import dev.outrigger.simulator.process.HostCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One small shell that outlives a simulator that was killed: when its standard input ends, it
 * removes every container and volume with the simulator's label. After a kill it looks once more,
 * since a call to the engine may have been on its way.
 */
final class DockerGuard implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DockerGuard.class);
  private static final Duration LONGEST = Duration.ofMinutes(1);

  /** {@code $0} is the label, the rest the docker command. */
  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      sweep() {
        ids=$("$@" ps --all --quiet --filter "label=$0") && [ -n "$ids" ] &&
          "$@" rm --force --volumes $ids
        ids=$("$@" volume ls --quiet --filter "label=$0") && [ -n "$ids" ] &&
          "$@" volume rm --force $ids
      }
      read -r word
      sweep "$@"
      [ "$word" = close ] || { sleep 2; sweep "$@"; }
      """;

  private final Process shell;

  /** Watches over this label. */
  DockerGuard(Docker docker, String label) throws DockerException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", SCRIPT, label));
    command.addAll(docker.command(List.of()));
    try {
      this.shell =
          new ProcessBuilder(HostCommand.ownGroup(command))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new DockerException("no shell to clean up after Docker: " + e.getMessage());
    }
  }

  /** Removes everything; returns when that is done. */
  @Override
  public void close() {
    try {
      shell.getOutputStream().write("close\n".getBytes(StandardCharsets.UTF_8));
      shell.getOutputStream().close();
      if (!shell.waitFor(LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.atWarn().log("containers of the simulator were not removed in time");
      }
    } catch (IOException e) {
      LOG.atWarn().setCause(e).log("the guard of the containers has gone");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
