package dev.outrigger.provider;

import java.time.Instant;

/**
 * One line of a container's log.
 *
 * @param text the bytes without the line's end; treated as immutable by everyone
 * @param terminated whether the line ended with a newline ({@code false} only for a last, partial
 *     line)
 */
public record LogLine(Instant time, Stream stream, byte[] text, boolean terminated) {

  /** Where a line was written to; a backend that mixes them says {@code STDOUT}. */
  public enum Stream {
    STDOUT,
    STDERR
  }
}
