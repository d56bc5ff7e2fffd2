package dev.outrigger.local;

import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.ProviderException;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** Cuts a growing file of the supervisor's into lines; an unfinished one waits for its rest. */
final class LogLines implements AutoCloseable {

  /** The JVM reads as much without a native buffer of its own; every follower has one. */
  private static final int CHUNK = 8 * 1024;

  private final FileInputStream in;
  private final byte[] buffer = new byte[CHUNK];
  private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
  private int position;
  private int limit;
  private boolean inForeignLine;

  private LogLines(FileInputStream in) {
    this.in = in;
  }

  static LogLines fromStart(Path file) throws ProviderException {
    try {
      return new LogLines(new FileInputStream(file.toFile()));
    } catch (IOException e) {
      throw new ProviderException.NotFound("the log is gone");
    }
  }

  /** Leaves out the lines that are there, and the rest of one that is being written. */
  static LogLines fromEnd(Path file) throws ProviderException {
    LogLines lines = fromStart(file);
    try {
      long size = lines.in.getChannel().size();
      if (size > 0) {
        lines.in.getChannel().position(size - 1);
        lines.inForeignLine = true;
      }
      return lines;
    } catch (IOException e) {
      throw new ProviderException.Unavailable("the log file cannot be read", e);
    }
  }

  /** Empty when there is no whole line at present. */
  Optional<LogLine> next() throws ProviderException {
    Optional<byte[]> line = nextBytes();
    if (inForeignLine && line.isPresent()) {
      inForeignLine = false;
      line = nextBytes();
    }
    return line.map(LogLines::parse);
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      // it was only read
    }
  }

  private Optional<byte[]> nextBytes() throws ProviderException {
    while (true) {
      for (int i = position; i < limit; i++) {
        if (buffer[i] == '\n') {
          unfinished.write(buffer, position, i - position);
          position = i + 1;
          byte[] line = unfinished.toByteArray();
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
