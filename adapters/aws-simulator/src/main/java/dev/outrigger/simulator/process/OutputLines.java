package dev.outrigger.simulator.process;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * A process's output as Docker's {@code awslogs} driver cuts it (moby, {@code
 * daemon/logger/copier.go} and {@code awslogs/cloudwatchlogs.go}): at line feeds only, which are
 * left out, and after as many bytes as an event may have; nothing is sent of an empty line. What is
 * not UTF-8 becomes U+FFFD, since events are JSON.
 */
public final class OutputLines {

  /** CloudWatch Logs' limit without what it counts for each event. */
  private static final int LARGEST_EVENT = 256 * 1024 - 26;

  private OutputLines() {}

  /** Reads to the end. */
  public static void read(InputStream output, Consumer<String> lines) throws IOException {
    BufferedInputStream in = new BufferedInputStream(output);
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (next != '\n') {
        line.write(next);
      }
      if (next == '\n' || line.size() == LARGEST_EVENT) {
        emit(line, lines);
      }
    }
    emit(line, lines);
  }

  private static void emit(ByteArrayOutputStream line, Consumer<String> lines) {
    if (line.size() > 0) {
      lines.accept(line.toString(StandardCharsets.UTF_8));
      line.reset();
    }
  }
}
