package dev.outrigger.agent.kubelet;

import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.LogSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;

/**
 * Cuts a log to what was asked for: the tail, the time, the stream, the bytes; and puts time stamps
 * before lines. The tail is known only once the provider has caught up, so up to then the last
 * lines are held back; should they be more than fit in memory, {@link TailTooLong} asks for a
 * second reading, for which the number of lines to skip is then known.
 */
final class LogCutter implements LogSink {

  /** All that was asked for is out: not an error. */
  static final class Enough extends IOException {
    private static final long serialVersionUID = 1L;

    Enough() {
      super("all bytes that were asked for are out");
    }
  }

  /** The tail does not fit in memory; it starts after so many lines. */
  static final class TailTooLong extends IOException {
    private static final long serialVersionUID = 1L;
    private final long linesToSkip;

    TailTooLong(long linesToSkip) {
      super("the tail is longer than what is held in memory");
      this.linesToSkip = linesToSkip;
    }

    long linesToSkip() {
      return linesToSkip;
    }
  }

  /** RFC3339NanoFixed of Go, in UTC. */
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSSXXX").withZone(ZoneOffset.UTC);

  private final LogOptions options;
  private final LogOutput output;
  private final long heldLimit;
  private final ArrayDeque<LogLine> held = new ArrayDeque<>();
  private long heldBytes;
  private boolean overflowed;
  private long seen;
  private long skip;
  private long remaining;

  /** Parts of a line are not stamped again, as the kubelet does it. */
  private boolean atLineStart = true;

  /** Lines go straight on: there is no tail to find, or it has been found. */
  private boolean passing;

  /**
   * @param heldLimit bytes of lines held back at most
   */
  LogCutter(LogOptions options, LogOutput output, long heldLimit) {
    this.options = options;
    this.output = output;
    this.heldLimit = heldLimit;
    this.remaining = options.limitBytes().orElse(Long.MAX_VALUE);
    this.passing = options.tailLines().isEmpty();
  }

  /** For the second reading: passes on everything after so many lines. */
  static LogCutter skipping(LogOptions options, LogOutput output, long lines) {
    LogCutter cutter = new LogCutter(options, output, 0);
    cutter.skip = lines;
    cutter.passing = true;
    return cutter;
  }

  @Override
  public void line(LogLine line) throws IOException {
    if (skip > 0) {
      skip--;
    } else if (passing) {
      write(line);
    } else {
      hold(line, options.tailLines().orElse(0));
    }
  }

  private void hold(LogLine line, long tail) {
    seen++;
    if (tail == 0 || overflowed) {
      return;
    }
    held.addLast(line);
    heldBytes += size(line);
    while (held.size() > tail) {
      heldBytes -= size(held.removeFirst());
    }
    if (heldBytes > heldLimit) {
      overflowed = true;
      held.clear();
    }
  }

  private static long size(LogLine line) {
    return line.text().length + 64L;
  }

  @Override
  public void caughtUp() throws IOException {
    if (overflowed) {
      throw new TailTooLong(seen - options.tailLines().orElse(0));
    }
    passing = true;
    while (!held.isEmpty()) {
      write(held.removeFirst());
    }
    output.flush();
  }

  private void write(LogLine line) throws IOException {
    Instant since = options.since().orElse(Instant.MIN);
    if (line.time().isBefore(since) || !wanted(line.stream())) {
      return;
    }
    byte[] bytes = bytes(line);
    int length = (int) Math.min(bytes.length, remaining);
    output.write(bytes, length);
    remaining -= length;
    if (remaining <= 0) {
      throw new Enough();
    }
  }

  private boolean wanted(LogLine.Stream stream) {
    return switch (options.streams()) {
      case ALL -> true;
      case STDOUT -> stream == LogLine.Stream.STDOUT;
      case STDERR -> stream == LogLine.Stream.STDERR;
    };
  }

  private byte[] bytes(LogLine line) {
    byte[] stamp =
        options.timestamps() && atLineStart
            ? (STAMP.format(line.time()) + " ").getBytes(StandardCharsets.US_ASCII)
            : new byte[0];
    atLineStart = line.terminated();
    byte[] text = line.text();
    byte[] all = new byte[stamp.length + text.length + (line.terminated() ? 1 : 0)];
    System.arraycopy(stamp, 0, all, 0, stamp.length);
    System.arraycopy(text, 0, all, stamp.length, text.length);
    if (line.terminated()) {
      all[all.length - 1] = '\n';
    }
    return all;
  }
}
