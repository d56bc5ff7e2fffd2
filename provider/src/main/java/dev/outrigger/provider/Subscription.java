package dev.outrigger.provider;

/** Something that runs until closed. Closing twice is harmless; close returns when it has ended. */
public interface Subscription extends AutoCloseable {

  @Override
  void close();
}
