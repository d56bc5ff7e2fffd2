package dev.outrigger.agent.pod;

import java.time.Duration;

/**
 * Keys that are to be handled, one worker per key at a time: a key that is added while it waits is
 * handled once, one that is added while it is being handled is handled again afterwards. Calls do
 * not block.
 */
interface WorkQueue extends AutoCloseable {

  /** What is done with a key. */
  interface Handler {
    void handle(String key) throws InterruptedException;
  }

  /** Has the key handled as soon as a worker is free. */
  void add(String key);

  /** Has the key handled after a delay, or sooner if it was to be sooner. */
  void addAfter(String key, Duration delay);

  /** Keys waiting or being handled, delayed ones not counted. */
  int depth();

  /** Ends what is being handled. */
  @Override
  void close();
}
