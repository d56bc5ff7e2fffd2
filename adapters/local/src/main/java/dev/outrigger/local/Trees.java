package dev.outrigger.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;

/** Folders with all that is in them. */
final class Trees {

  private Trees() {}

  /** Removes it; follows no link. No error if there is none, or if others remove it too. */
  static void remove(Path tree) throws IOException {
    while (Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      try (var entries = Files.walk(tree)) {
        for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(entry);
        }
      } catch (NoSuchFileException e) {
        // it went meanwhile: whoever removed it may not be done
      } catch (UncheckedIOException e) {
        if (!(e.getCause() instanceof NoSuchFileException)) {
          throw e.getCause();
        }
      }
    }
  }
}
