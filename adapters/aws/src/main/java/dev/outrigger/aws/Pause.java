package dev.outrigger.aws;

import java.time.Duration;

/** The wait between two tries. */
public final class Pause {

  private Pause() {}

  /** Blocks for that long; false, with the thread's interrupt kept, if it was interrupted. */
  public static boolean slept(Duration pause) {
    try {
      Thread.sleep(pause);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
