package dev.outrigger.simulator.service;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes working directories, which others may be deleting, or filling, at the same time. */
public final class ScratchFolders {
  private static final Logger LOG = LoggerFactory.getLogger(ScratchFolders.class);

  private ScratchFolders() {}

  /** Deletes a folder with all it holds; what cannot be deleted is logged and left. */
  public static void delete(Path folder) {
    try {
      Files.walkFileTree(folder, new Deleter());
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("folder", folder).setCause(e).log("a folder was not deleted");
    }
  }

  private static final class Deleter extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    /** Gone already, most of the time. */
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException reason) {
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException reason)
        throws IOException {
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
