package dev.outrigger.provider;

import java.time.Instant;

/**
 * One line of a container's log.
 *
 * @param text the bytes without the line's end; treated as immutable by everyone
 * @param terminated whether the line ended with a newline; {@code false} for a last line without
 *     one, and for a part of a line so long that the rest comes as further parts of its stream
 */
public record LogLine(Instant time, Stream stream, byte[] text, boolean terminated) {

  /** Where a line was written to; a backend that mixes them says {@code STDOUT}. */
  public enum Stream {
    STDOUT,
    STDERR
  }
}
