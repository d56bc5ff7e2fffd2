package dev.outrigger.local;

import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.ProviderException;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** Cuts a growing file of the supervisor's into lines; an unfinished one waits for its rest. */
final class LogLines implements AutoCloseable {

  /** The JVM reads as much without a native buffer of its own; every follower has one. */
  private static final int CHUNK = 8 * 1024;

  /** A line without its end, valid until the next is cut. */
  private record Cut(byte[] in, int from, int to) {}

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
    Optional<Cut> line = cut();
    if (inForeignLine && line.isPresent()) {
      inForeignLine = false;
      line = cut();
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

  /** The next line without its end, in the buffer if the whole of it is there. */
  private Optional<Cut> cut() throws ProviderException {
    while (true) {
      int from = position;
      int to = indexOf((byte) '\n', buffer, from, limit);
      if (to < limit) {
        position = to + 1;
        if (unfinished.size() == 0) {
          return Optional.of(new Cut(buffer, from, to));
        }
        unfinished.write(buffer, from, to - from);
        byte[] line = unfinished.toByteArray();
        unfinished.reset();
        return Optional.of(new Cut(line, 0, line.length));
      }
      unfinished.write(buffer, from, limit - from);
      position = 0;
      limit = Math.max(0, fill());
      if (limit == 0) {
        return Optional.empty();
      }
    }
  }

  /** {@code end} when it is not there. */
  private static int indexOf(byte sought, byte[] in, int start, int end) {
    int i = start;
    while (i < end && in[i] != sought) {
      i++;
    }
    return i;
  }

  private int fill() throws ProviderException {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw new ProviderException.Unavailable("the log file cannot be read", e);
    }
  }

  /** {@code "<microseconds> <O|E> <F|P> <text>"}. */
  private static LogLine parse(Cut line) {
    byte[] bytes = line.in;
    long micros = 0;
    int i = line.from;
    while (bytes[i] != ' ') {
      micros = micros * 10 + bytes[i] - '0';
      i++;
    }
    Instant time = Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000);
    boolean error = bytes[i + 1] == 'E';
    boolean full = bytes[i + 3] == 'F';
    byte[] text = Arrays.copyOfRange(bytes, i + 5, line.to);
    return new LogLine(time, error ? LogLine.Stream.STDERR : LogLine.Stream.STDOUT, text, full);
  }
}
