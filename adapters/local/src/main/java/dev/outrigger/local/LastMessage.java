package dev.outrigger.local;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** The file at a container's {@code terminationMessagePath}. */
final class LastMessage {

  private static final int MOST_BYTES = 4096;

  private LastMessage() {}

  /** The last bytes of it, as the kubelet reads it; empty when there are none. */
  static Optional<String> read(Path file) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
      byte[] bytes = new byte[(int) Math.min(open.length(), MOST_BYTES)];
      open.seek(open.length() - bytes.length);
      open.readFully(bytes);
      return Optional.of(new String(bytes, StandardCharsets.UTF_8)).filter(t -> !t.isEmpty());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }
}
