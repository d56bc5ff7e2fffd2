package dev.outrigger.testbed;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.testcontainers.containers.output.OutputFrame;

/** The last lines of a container, which are gone with it. */
final class LastLines implements Consumer<OutputFrame> {
  private static final int KEPT = 5;

  /** Guarded by this. */
  private final Deque<String> lines = new ArrayDeque<>();

  @Override
  public synchronized void accept(OutputFrame frame) {
    frame.getUtf8String().lines().filter(line -> !line.isBlank()).forEach(lines::addLast);
    while (lines.size() > KEPT) {
      lines.removeFirst();
    }
  }

  /** To follow a sentence; empty when there were none. */
  @Override
  public synchronized String toString() {
    return lines.isEmpty() ? "" : "; its last lines:\n    " + String.join("\n    ", lines);
  }
}
