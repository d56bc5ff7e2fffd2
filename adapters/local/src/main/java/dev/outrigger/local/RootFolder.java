package dev.outrigger.local;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Whether the folder that holds everything can be used. */
final class RootFolder {

  private RootFolder() {}

  /** Why it cannot be made or written to, as far as is seen without trying. */
  static Optional<String> obstacle(Path root) {
    Path there = root;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    if (!Files.isDirectory(there)) {
      return Optional.of(there + " is no folder");
    }
    return Files.isWritable(there) && Files.isExecutable(there)
        ? Optional.empty()
        : Optional.of(there + " cannot be written to");
  }

  /**
   * Makes it if it is missing.
   *
   * @throws IOException when it cannot be used
   */
  static void require(Path root) throws IOException {
    try {
      Files.createDirectories(root);
    } catch (FileAlreadyExistsException e) {
      // told below
    }
    Optional<String> obstacle = obstacle(root);
    if (obstacle.isPresent()) {
      throw new IOException(obstacle.get());
    }
  }
}
