package dev.outrigger.simulator.lambda;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Reads the lines that a process appends to its output file. A file rather than a pipe: whatever
 * was written before the runtime posted its answer is there to be read when the answer arrives, so
 * that no line can slip behind END. Used by one thread at a time.
 */
final class OutputTail implements AutoCloseable {
  private static final int CHUNK = 64 * 1024;
  private static final int MAX_LINE = 256 * 1024;
  private static final long TRUNCATE_ABOVE = 16L << 20;

  private final RandomAccessFile file;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final byte[] chunk = new byte[CHUNK];

  OutputTail(Path path) {
    try {
      this.file = new RandomAccessFile(path.toFile(), "rw");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Hands over the lines that are complete. */
  void poll(Consumer<String> lines) {
    try {
      for (int count = file.read(chunk); count > 0; count = file.read(chunk)) {
        split(count, lines);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void split(int count, Consumer<String> lines) {
    int from = 0;
    for (int i = 0; i < count; i++) {
      if (chunk[i] == '\n') {
        line.write(chunk, from, i - from);
        from = i + 1;
        emit(lines);
      }
    }
    line.write(chunk, from, count - from);
    if (line.size() >= MAX_LINE) {
      emit(lines);
    }
  }

  private void emit(Consumer<String> lines) {
    lines.accept(line.toString(StandardCharsets.UTF_8));
    line.reset();
  }

  /** At an invocation's end: also a last line without its newline. */
  void finish(Consumer<String> lines) {
    poll(lines);
    if (line.size() > 0) {
      emit(lines);
    }
    try {
      if (file.getFilePointer() > TRUNCATE_ABOVE && file.getFilePointer() == file.length()) {
        file.setLength(0);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
