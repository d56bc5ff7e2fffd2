package dev.outrigger.local;

import dev.outrigger.provider.ContainerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * How a container's current run began and ended, by the files that the supervisor writes.
 *
 * @param own the container's folder
 */
record RunOutcome(Path own) {

  private static final String UNKNOWN = "unknown";
  private static final String UNSTARTED = "unstarted";

  /** How a container ends that gets no further than its mounts. */
  private static final String UNMOUNTED = "128";

  /** Whether it has ended, as far as anybody wrote. */
  boolean isKnown() {
    return Files.exists(exit());
  }

  private Path exit() {
    return own.resolve("exit");
  }

  /** When its program began, which it does once its mounts are made. */
  Optional<Instant> started() throws IOException {
    Path process = own.resolve("process");
    Path beginning = Files.exists(own.resolve("mounts")) ? own.resolve("entered") : process;
    try {
      return Files.exists(process) ? Optional.of(modified(beginning)) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty(); // not yet, or no more: they go with each run
    }
  }

  ContainerState.Terminated end() throws IOException {
    Optional<Instant> started = started();
    Instant finished = modified(exit());
    String written = Files.readString(exit()).strip();
    return switch (written.matches("\\d{1,3}|" + UNSTARTED) ? written : UNKNOWN) {
      case UNSTARTED ->
          new ContainerState.Terminated(
              OptionalInt.empty(),
              "NotStarted",
              "stopped, or an init container failed, before it started",
              Optional.empty(),
              finished);
      case UNKNOWN ->
          new ContainerState.Terminated(
              OptionalInt.empty(),
              "",
              written.equals(UNKNOWN)
                  ? "its supervisor was killed"
                  : "what was written of its end cannot be read",
              started,
              finished);
      case String code when code.equals(UNMOUNTED) && started.isEmpty() ->
          new ContainerState.Terminated(
              OptionalInt.of(Integer.parseInt(UNMOUNTED)),
              "StartError",
              "its mounts could not be made: its log says why",
              Optional.empty(),
              finished);
      case String code ->
          new ContainerState.Terminated(
              OptionalInt.of(Integer.parseInt(code)),
              code.equals("0") ? "Completed" : "Error",
              "",
              started,
              finished,
              LastMessage.read(own.resolve(MountPlan.MESSAGE)));
    };
  }

  /**
   * Notes that nobody knows how it ended: appears whole, and what the supervisor wrote in the last
   * moment is not replaced.
   */
  void lose() throws IOException {
    if (isKnown()) {
      return;
    }
    Path draft = own.resolve("exit." + UUID.randomUUID());
    Files.writeString(draft, UNKNOWN);
    Files.move(draft, exit(), StandardCopyOption.ATOMIC_MOVE);
    Files.deleteIfExists(own.resolve("run.sh")); // holds the environment
  }

  private static Instant modified(Path file) throws IOException {
    return Files.getLastModifiedTime(file).toInstant();
  }
}
