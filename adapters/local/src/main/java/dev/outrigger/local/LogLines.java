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

/**
 * Cuts a growing file of the supervisor's into lines; an unfinished one waits for its rest, unless
 * it is longer than the supervisor makes any with perl: then it comes in parts.
 */
final class LogLines implements AutoCloseable {

  /** The JVM reads as much without a native buffer of its own; every follower has one. */
  private static final int CHUNK = 8 * 1024;

  private static final int LONGEST = 32 * 1024;

  /**
   * A line without its end, valid until the next is cut.
   *
   * @param ends whether it is the last, or the only, part of its line in the file
   */
  private record Cut(byte[] in, int from, int to, boolean ends) {}

  private final FileInputStream in;
  private final byte[] buffer = new byte[CHUNK];
  private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
  private int position;
  private int limit;

  /** Where in the file the buffer's content ends. */
  private long end;

  private boolean inForeignLine;

  /** The first part of the line of which more parts come. */
  private Optional<LogLine> begun = Optional.empty();

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

  /** How long the file is now. */
  long size() throws ProviderException {
    try {
      return in.getChannel().size();
    } catch (IOException e) {
      throw new ProviderException.Unavailable("the log file cannot be read", e);
    }
  }

  /** Up to where lines have been taken. */
  long offset() {
    return end - (limit - position) - unfinished.size();
  }

  /**
   * Goes to the last lines that end before this place, without holding any: a part counts as a
   * line, as for the kubelet. Before the first line is taken.
   */
  void toTail(long lines, long before) throws ProviderException {
    try {
      end = startOfTail(lines, before);
      in.getChannel().position(end);
    } catch (IOException e) {
      throw new ProviderException.Unavailable("the log file cannot be read", e);
    }
  }

  private long startOfTail(long lines, long before) throws IOException {
    long ends = 0;
    for (long to = before; to > 0; ) {
      long from = Math.max(0, to - CHUNK);
      in.getChannel().position(from);
      int count = in.readNBytes(buffer, 0, (int) (to - from));
      for (int i = count - 1; i >= 0; i--) {
        if (buffer[i] == '\n' && ends++ == lines) {
          return from + i + 1;
        }
      }
      to = from;
    }
    return 0;
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
    while (inForeignLine && line.isPresent()) {
      inForeignLine = !line.get().ends;
      line = cut();
    }
    return line.map(this::part);
  }

  private LogLine part(Cut cut) {
    LogLine part = begun.map(b -> following(b, cut)).orElseGet(() -> parse(cut));
    if (cut.ends) {
      begun = Optional.empty();
      return part;
    }
    begun = begun.or(() -> Optional.of(part));
    return new LogLine(part.time(), part.stream(), part.text(), false);
  }

  private static LogLine following(LogLine begun, Cut cut) {
    byte[] text = Arrays.copyOfRange(cut.in, cut.from, cut.to);
    return new LogLine(begun.time(), begun.stream(), text, begun.terminated());
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
          return Optional.of(new Cut(buffer, from, to, true));
        }
        unfinished.write(buffer, from, to - from);
        return Optional.of(takeUnfinished(true));
      }
      unfinished.write(buffer, from, limit - from);
      position = 0;
      limit = 0;
      if (unfinished.size() >= LONGEST) {
        return Optional.of(takeUnfinished(false));
      }
      limit = Math.max(0, fill());
      if (limit == 0) {
        return Optional.empty();
      }
    }
  }

  private Cut takeUnfinished(boolean ends) {
    byte[] line = unfinished.toByteArray();
    unfinished.reset();
    return new Cut(line, 0, line.length, ends);
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
      int count = in.read(buffer);
      end += Math.max(0, count);
      return count;
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
