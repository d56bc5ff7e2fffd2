package dev.outrigger.testbed.demo;

import dev.outrigger.testbed.TestbedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** One demo at a time has a folder. The lock goes with its JVM, however that ends. */
final class DemoLock {
  private static final String NAME = "running";

  /** Held, as long as there is one, until the JVM ends. */
  private static @Nullable FileLock held;

  private DemoLock() {}

  /** Takes the folder; false when another demo has it. */
  static synchronized boolean take(Path folder) {
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      held = channel.tryLock();
      if (held == null) {
        channel.close();
        return false;
      }
      Files.writeString(folder.resolve(NAME + ".pid"), "" + ProcessHandle.current().pid());
      return true;
    } catch (IOException e) {
      throw new TestbedException("cannot write into " + folder, e);
    }
  }

  /** The process that has it, in words; empty when that is not known. */
  static String owner(Path folder) {
    try {
      return " (process " + Files.readString(folder.resolve(NAME + ".pid")) + ")";
    } catch (IOException e) {
      return "";
    }
  }
}
