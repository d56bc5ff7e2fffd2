package dev.outrigger.local;

import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.LogQuery;
import dev.outrigger.provider.LogSink;
import dev.outrigger.provider.LogSource;
import dev.outrigger.provider.ProviderException;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
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
    AttemptDirectory directory = store.directory(query.attempt());
    Path file = existing(directory, query);
    try (InputStream in = open(file)) {
      LineReader reader = new LineReader(in);
      writeExisting(reader, query, sink);
      sink.caughtUp();
      boolean more = query.follow();
      while (more) {
        // Asked before reading: what is there after the end is the end.
        more = !ended(directory, query.container());
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

  private static Path existing(AttemptDirectory directory, LogQuery query)
      throws ProviderException {
    try {
      Path file = directory.log(query.container());
      if (directory.hasContainer(query.container()) && Files.exists(file)) {
        return file;
      }
    } catch (IOException e) {
      // answered below: there is no such record
    }
    throw new ProviderException.NotFound(
        "no log of container " + query.container() + " of attempt " + query.attempt().number());
  }

  private static InputStream open(Path file) throws ProviderException {
    try {
      return new FileInputStream(file.toFile());
    } catch (IOException e) {
      throw new ProviderException.NotFound("the log is gone");
    }
  }

  private static boolean ended(AttemptDirectory directory, String container)
      throws ProviderException {
    try {
      return directory.hasEnded(container);
    } catch (IOException e) {
      throw new ProviderException.NotFound("the log is gone");
    }
  }

  private static void writeExisting(LineReader reader, LogQuery query, LogSink sink)
      throws ProviderException, IOException {
    int keep = query.tailHint().orElse(Integer.MAX_VALUE);
    Deque<LogLine> tail = new ArrayDeque<>();
    Optional<LogLine> line = reader.next();
    while (line.isPresent()) {
      if (query.tailHint().isEmpty()) {
        write(line.get(), query, sink);
      } else if (keep > 0) {
        if (tail.size() == keep) {
          tail.removeFirst();
        }
        tail.addLast(line.get());
      }
      line = reader.next();
    }
    for (LogLine last : tail) {
      write(last, query, sink);
    }
  }

  private static void write(LogLine line, LogQuery query, LogSink sink) throws IOException {
    if (query.since().isEmpty() || !line.time().isBefore(query.since().get())) {
      sink.line(line);
    }
  }

  /** Cuts a growing file into lines; an unfinished one waits for its rest. */
  private static final class LineReader {

    private final InputStream in;
    private final byte[] buffer = new byte[64 * 1024];
    private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
    private int position;
    private int limit;

    LineReader(InputStream in) {
      this.in = in;
    }

    Optional<LogLine> next() throws ProviderException {
      while (true) {
        for (int i = position; i < limit; i++) {
          if (buffer[i] == '\n') {
            unfinished.write(buffer, position, i - position);
            position = i + 1;
            LogLine line = parse(unfinished.toByteArray());
            unfinished.reset();
            return Optional.of(line);
          }
        }
        unfinished.write(buffer, position, limit - position);
        position = 0;
        limit = Math.max(0, fill());
        if (limit == 0) {
          return Optional.empty();
        }
      }
    }

    private int fill() throws ProviderException {
      try {
        return in.read(buffer);
      } catch (IOException e) {
        throw new ProviderException.Unavailable("the log file cannot be read", e);
      }
    }

    /** {@code "<microseconds> <O|E> <F|P> <text>"}. */
    private static LogLine parse(byte[] line) {
      int space = 0;
      while (line[space] != ' ') {
        space++;
      }
      long micros = Long.parseLong(new String(line, 0, space, StandardCharsets.US_ASCII));
      Instant time = Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000);
      boolean error = line[space + 1] == 'E';
      boolean full = line[space + 3] == 'F';
      byte[] text = Arrays.copyOfRange(line, space + 5, line.length);
      return new LogLine(time, error ? LogLine.Stream.STDERR : LogLine.Stream.STDOUT, text, full);
    }
  }
}
