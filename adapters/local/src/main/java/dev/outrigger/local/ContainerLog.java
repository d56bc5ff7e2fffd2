package dev.outrigger.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The log of one run of a container; of all its runs, if it is a sidecar's.
 *
 * @param container its folder
 * @param run how many came before
 */
record ContainerLog(Path container, Path file, int run) {

  static ContainerLog latest(Path container) throws IOException {
    return of(container, Integer.MAX_VALUE);
  }

  /** Of the latest run, if there were not so many. */
  static ContainerLog of(Path container, int run) throws IOException {
    int ended = endedRuns(container);
    boolean next = Files.exists(file(container, ended));
    int existing = Math.clamp(run, 0, next ? ended : Math.max(0, ended - 1));
    return new ContainerLog(container, file(container, existing), existing);
  }

  /** Whether this run has ended, though the container may be started again. */
  boolean hasEnded() throws IOException {
    return !isOfAllRuns(container) && endedRuns(container) > run;
  }

  private static Path file(Path container, int run) {
    return container.resolve(run == 0 || isOfAllRuns(container) ? "log" : "log." + run);
  }

  private static boolean isOfAllRuns(Path container) {
    return Files.exists(container.resolve("sidecar"));
  }

  private static int endedRuns(Path container) throws IOException {
    try {
      return Files.readAllLines(container.resolve("runs")).size();
    } catch (NoSuchFileException e) {
      return 0;
    }
  }
}
