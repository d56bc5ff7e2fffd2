package dev.outrigger.agent.cli;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/**
 * Lets a library say the same thing once in a while: clients that try again every second say so
 * every second. What is the agent's own passes.
 */
final class LibraryNoise implements Filter {

  private static final long PAUSE_MILLIS = 60_000;
  private static final int MOST_KINDS = 1000;

  /** When each kind was last let through, by logger and message without its arguments. */
  private final Map<String, Long> told = new ConcurrentHashMap<>();

  static boolean isOurs(LogRecord entry) {
    return entry.getLoggerName() != null && entry.getLoggerName().startsWith("dev.outrigger");
  }

  @Override
  public boolean isLoggable(LogRecord entry) {
    if (isOurs(entry)) {
      return true;
    }
    if (told.size() > MOST_KINDS) {
      told.clear();
    }
    String kind = entry.getLoggerName() + " " + entry.getMessage();
    Long before = told.get(kind);
    if (before != null && entry.getMillis() - before < PAUSE_MILLIS) {
      return false;
    }
    told.put(kind, entry.getMillis());
    return true;
  }
}
