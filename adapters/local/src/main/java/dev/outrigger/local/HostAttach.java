package dev.outrigger.local;

import dev.outrigger.provider.AttachTarget;
import dev.outrigger.provider.ContainerStreams;
import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.ProviderException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;

/**
 * Joins a container by its files: output from the log, which is written by whole lines or by parts
 * of long ones, and input through the FIFO that the supervisor holds open.
 */
final class HostAttach implements AttachTarget {

  private static final Duration POLL = Duration.ofMillis(30);

  private final HostStore store;

  HostAttach(HostStore store) {
    this.store = store;
  }

  @Override
  public void attach(PodAttempt attempt, String container, ContainerStreams streams)
      throws ProviderException, IOException, InterruptedException {
    RunningContainer running = RunningContainer.find(store, attempt, container);
    AttemptDirectory directory = running.directory();
    awaitStarted(running);
    ContainerLog log = current(directory, container);
    try (LogLines lines = LogLines.fromEnd(log.file());
        Feeding feeding = feed(directory, container, streams.stdin())) {
      boolean more = true;
      while (more) {
        // Asked before reading: what is there after the end is the end.
        more = !hasEnded(directory, log, container);
        Optional<LogLine> line = lines.next();
        while (line.isPresent()) {
          write(line.get(), streams);
          line = lines.next();
        }
        if (more) {
          Thread.sleep(POLL);
        }
      }
    }
  }

  /** Before, nobody reads its input. */
  private static void awaitStarted(RunningContainer container) throws InterruptedException {
    try {
      container.awaitStarted();
    } catch (IOException e) {
      // it has ended: its last output is read nevertheless
    }
  }

  /** Ends with the attach; the container's input goes on, unless it is for one client only. */
  private record Feeding(Optional<Descriptor> input) implements AutoCloseable {
    @Override
    public void close() {
      input.ifPresent(Descriptor::close);
    }
  }

  private static Feeding feed(
      AttemptDirectory directory, String container, Optional<InputStream> client) {
    Optional<ContainerInput> input = directory.input(container);
    if (client.isEmpty() || input.isEmpty()) {
      return new Feeding(Optional.empty());
    }
    Optional<Descriptor> fifo = input.get().open();
    fifo.ifPresent(
        to ->
            Thread.ofPlatform()
                .daemon()
                .name("attach-stdin")
                .start(() -> input.get().copy(client.get(), to)));
    return new Feeding(fifo);
  }

  private static void write(LogLine line, ContainerStreams streams) throws IOException {
    boolean error = line.stream() == LogLine.Stream.STDERR;
    Optional<OutputStream> to = error ? streams.stderr() : streams.stdout();
    if (to.isPresent()) {
      to.get().write(line.text());
      if (line.terminated()) {
        to.get().write('\n');
      }
      to.get().flush();
    }
  }

  private static ContainerLog current(AttemptDirectory directory, String container)
      throws ProviderException {
    try {
      return directory.log(container);
    } catch (IOException e) {
      throw new ProviderException.NotFound("the container is gone");
    }
  }

  private static boolean hasEnded(AttemptDirectory directory, ContainerLog log, String container)
      throws ProviderException {
    try {
      return directory.isComplete(log, container);
    } catch (IOException e) {
      throw new ProviderException.NotFound("the container is gone");
    }
  }
}
