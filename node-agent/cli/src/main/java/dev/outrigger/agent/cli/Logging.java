package dev.outrigger.agent.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The log on standard error: time, level, message with its key-value pairs, one line each. */
final class Logging extends Formatter {

  /** Held, since java.util.logging holds it weakly: its level would go with it. */
  private static final Logger OURS = Logger.getLogger("dev.outrigger");

  private static final Map<String, Level> LEVELS =
      Map.of("debug", Level.FINE, "info", Level.INFO, "warn", Level.WARNING, "error", Level.SEVERE);

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private Logging() {}

  static void configure() {
    Logger root = Logger.getLogger("");
    for (var handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    ConsoleHandler handler = new ConsoleHandler();
    handler.setFormatter(new Logging());
    handler.setLevel(Level.ALL);
    handler.setFilter(new LibraryNoise());
    root.addHandler(handler);
    root.setLevel(Level.WARNING);
    String wanted = System.getenv().getOrDefault("OUTRIGGER_LOG_LEVEL", "info");
    Level level = LEVELS.get(wanted);
    OURS.setLevel(level == null ? Level.INFO : level);
    if (level == null) {
      OURS.warning(
          "OUTRIGGER_LOG_LEVEL is %s, but must be debug, info, warn or error: info is used"
              .formatted(wanted));
    }
  }

  @Override
  public String format(LogRecord entry) {
    StringBuilder line = new StringBuilder(TIME.format(Instant.ofEpochMilli(entry.getMillis())));
    line.append(' ').append(entry.getLevel().getName()).append(' ');
    line.append(formatMessage(entry)).append('\n');
    if (entry.getThrown() != null) {
      line.append(
          LibraryNoise.isOurs(entry) || OURS.isLoggable(Level.FINE)
              ? trace(entry.getThrown())
              : causes(entry.getThrown()));
    }
    return line.toString();
  }

  private static String trace(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace, true));
    return trace.toString();
  }

  /** A line for each: where a library failed says nothing to whoever runs the agent. */
  private static String causes(Throwable thrown) {
    StringBuilder causes = new StringBuilder();
    for (@Nullable Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      causes.append("  ").append(cause).append('\n');
    }
    return causes.toString();
  }
}
