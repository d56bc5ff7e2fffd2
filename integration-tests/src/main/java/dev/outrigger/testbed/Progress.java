package dev.outrigger.testbed;

/** Where a person reads what is going on. Called from several threads; must not block for long. */
@FunctionalInterface
public interface Progress {
  /** Shows one line. */
  void say(String line);

  /** Says nothing. */
  static Progress silent() {
    return line -> {};
  }
}
