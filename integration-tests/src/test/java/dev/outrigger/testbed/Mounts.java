package dev.outrigger.testbed;

import java.io.IOException;
import java.util.List;

/**
 * Whether this machine lets processes have mounts of their own, which volumes of Pods need here.
 */
final class Mounts {

  private Mounts() {}

  static boolean arePermitted() {
    return works(List.of("unshare", "--mount", "true"))
        || works(List.of("unshare", "--user", "--map-root-user", "--mount", "true"));
  }

  private static boolean works(List<String> command) {
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
