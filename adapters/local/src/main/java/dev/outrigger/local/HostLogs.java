package dev.outrigger.local;

import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.LogQuery;
import dev.outrigger.provider.LogSink;
import dev.outrigger.provider.LogSource;
import dev.outrigger.provider.ProviderException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;

/** Reads the supervisor's log files. */
final class HostLogs implements LogSource {

  private static final Duration POLL = Duration.ofMillis(100);

  private final HostStore store;

  HostLogs(HostStore store) {
    this.store = store;
  }

  @Override
  public void read(LogQuery query, LogSink sink)
      throws ProviderException, IOException, InterruptedException {
    AttemptDirectory directory = store.directoryOfRun(query.attempt());
    ContainerLog log = existing(directory, query);
    try (LogLines reader = LogLines.fromStart(log.file())) {
      writeExisting(reader, query, sink);
      sink.caughtUp();
      LogEnd end = new LogEnd(directory, log, query.container());
      boolean more = query.follow();
      while (more) {
        // Asked before reading: what is there after the end is the end.
        more = !end.isReached();
        Optional<LogLine> line = reader.next();
        while (line.isPresent()) {
          write(line.get(), query, sink);
          line = reader.next();
        }
        if (more) {
          Thread.sleep(POLL);
        }
      }
    }
  }

  private static ContainerLog existing(AttemptDirectory directory, LogQuery query)
      throws ProviderException {
    try {
      int restarts = query.attempt().number() - directory.record().number();
      ContainerLog log = directory.log(query.container(), restarts);
      if (directory.hasContainer(query.container()) && Files.exists(log.file())) {
        return log;
      }
    } catch (IOException e) {
      // answered below: there is no such record
    }
    throw new ProviderException.NotFound(
        "no log of container " + query.container() + " of attempt " + query.attempt().number());
  }

  private static void writeExisting(LogLines reader, LogQuery query, LogSink sink)
      throws ProviderException, IOException {
    long end = reader.size();
    if (query.tailHint().isPresent()) {
      reader.toTail(query.tailHint().getAsInt(), end);
    }
    Optional<LogLine> line = nextBefore(end, reader);
    while (line.isPresent()) {
      write(line.get(), query, sink);
      line = nextBefore(end, reader);
    }
  }

  private static Optional<LogLine> nextBefore(long end, LogLines reader) throws ProviderException {
    return reader.offset() < end ? reader.next() : Optional.empty();
  }

  private static void write(LogLine line, LogQuery query, LogSink sink) throws IOException {
    if (query.since().isEmpty() || !line.time().isBefore(query.since().get())) {
      sink.line(line);
    }
  }
}
