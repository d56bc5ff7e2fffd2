package dev.outrigger.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * One run of one container. Whatever is asked of it has no effect when that is not the current one.
 *
 * @param restarts how often the container was started before it, in the attempt
 */
record ContainerRun(AttemptDirectory directory, String container, int restarts) {

  /**
   * Asks for its end, while the rest of the attempt goes on.
   *
   * @param again whether the next run follows whatever its exit code
   */
  void stop(Duration grace, boolean again) throws IOException {
    Optional<HostProcess> process = current();
    if (process.isEmpty()) {
      return;
    }
    String pid = Long.toString(process.get().pid());
    String start = Long.toString(process.get().startTicks());
    Path own = directory.container(container);
    Path draft = own.resolve("stopped." + UUID.randomUUID());
    Files.writeString(draft, "%s %s %s\n".formatted(pid, start, again ? "again" : ""));
    Files.move(draft, own.resolve("stopped"), StandardCopyOption.ATOMIC_MOVE);
    directory.spawn("stop-run.sh", container, pid, start, AttemptDirectory.seconds(grace));
  }

  /** What waits for this run of a sidecar may start. */
  void setStarted() throws IOException {
    Path started = directory.container(container).resolve("started");
    if (current().isPresent() && !Files.exists(started)) {
      Files.writeString(started, "");
    }
  }

  /** Its process, if it is the current one. */
  private Optional<HostProcess> current() throws IOException {
    if (!directory.hasContainer(container)) {
      return Optional.empty();
    }
    // In this order: the process is written after the runs before it.
    Optional<HostProcess> process = directory.process(container).filter(HostProcess::isAlive);
    EarlierRuns runs = EarlierRuns.read(directory.container(container));
    return process.filter(p -> runs.are(restarts, p));
  }
}
