package dev.outrigger.testbed;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The JVM's cache of an agent's loaded and linked classes (JEP 514), which one agent writes when it
 * ends and later ones start from. Safe for several JVMs that share it.
 *
 * @param file empty when there is to be none
 * @param patience how long an agent waits for a cache that is being written: starting without one
 *     costs several times the processor
 */
record StartUpCache(Optional<Path> file, Duration patience) {

  private static final Duration POLL = Duration.ofMillis(100);

  /** A cache that does not fit is a slower start and no more: nothing to bother people with. */
  private static final String QUIET = "-Xlog:aot*=off,cds*=off";

  /** What makes an agent start from it; nothing while there is none. May block. */
  List<String> options() {
    file.ifPresent(this::awaitWriter);
    return file.filter(Files::exists)
        .map(cache -> List.of(QUIET, "-XX:AOTCache=" + cache))
        .orElse(List.of());
  }

  private void awaitWriter(Path cache) {
    long limit = System.nanoTime() + patience.toNanos();
    try {
      while (System.nanoTime() < limit && !Files.exists(cache) && isBeingWritten(cache)) {
        Thread.sleep(POLL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isBeingWritten(Path cache) {
    if (!Files.exists(beside(cache, ".lock"))) {
      return false;
    }
    Optional<Training> free = lock(cache);
    free.ifPresent(Training::close);
    return free.isEmpty();
  }

  /** The right to write it; empty when it is there, or when another is about to. */
  Optional<Training> claim() {
    return file.filter(cache -> !Files.exists(cache)).flatMap(StartUpCache::lock);
  }

  private static Optional<Training> lock(Path cache) {
    try {
      FileChannel channel =
          FileChannel.open(
              beside(cache, ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!isLocked(channel) || Files.exists(cache)) {
        channel.close();
        return Optional.empty();
      }
      return Optional.of(new Training(cache, channel));
    } catch (IOException e) {
      throw new TestbedException("cannot write beside " + cache, e);
    }
  }

  /** The lock goes with the channel, and with the JVM. */
  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static Path beside(Path cache, String suffix) {
    return cache.resolveSibling(cache.getFileName() + suffix);
  }

  /** An agent that writes the cache when it is asked to end, which takes it some seconds more. */
  record Training(Path cache, FileChannel lock) implements AutoCloseable {

    /**
     * With C1 alone: what C2 has compiled in training it compiles again at each start (JEP 515),
     * which takes an agent a third of its processor until its nodes are ready.
     */
    List<String> options() {
      return List.of(
          QUIET, "-XX:AOTCacheOutput=" + beside(cache, ".new"), "-XX:TieredStopAtLevel=1");
    }

    /** It has ended by itself: later agents start from what it wrote, if it did. */
    void keep() {
      try {
        Path fresh = beside(cache, ".new");
        if (Files.exists(fresh)) {
          Files.move(fresh, cache, StandardCopyOption.ATOMIC_MOVE);
        }
      } catch (IOException e) {
        throw new TestbedException("cannot write " + cache, e);
      }
    }

    @Override
    public void close() {
      try {
        lock.close();
      } catch (IOException e) {
        throw new TestbedException("cannot unlock " + cache, e);
      }
    }
  }
}
