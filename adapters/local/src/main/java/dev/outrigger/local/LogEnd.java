package dev.outrigger.local;

import dev.outrigger.provider.ProviderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * Whether a log that is followed will get no more lines. To find that out takes several files; they
 * are read when the container's folder has changed, and every so often for what does not show there
 * (a supervisor that was killed), so that a thousand followers who wait cost little.
 */
final class LogEnd {

  private static final int UNCHANGED_LOOKS = 10;

  private final AttemptDirectory directory;
  private final ContainerLog log;
  private final String container;
  private @Nullable FileTime seen;
  private int looks;

  LogEnd(AttemptDirectory directory, ContainerLog log, String container) {
    this.directory = directory;
    this.log = log;
    this.container = container;
  }

  boolean isReached() throws ProviderException {
    try {
      FileTime changed = Files.getLastModifiedTime(log.container());
      if (changed.equals(seen) && ++looks < UNCHANGED_LOOKS) {
        return false;
      }
      seen = changed;
      looks = 0;
      return directory.isComplete(log, container);
    } catch (IOException e) {
      throw new ProviderException.NotFound("the log is gone");
    }
  }
}
