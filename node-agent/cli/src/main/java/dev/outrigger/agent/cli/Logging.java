package dev.outrigger.agent.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The log on standard error: time, level, message with its key-value pairs, one line each. */
final class Logging extends Formatter {

  /** Held, since java.util.logging holds it weakly: its level would go with it. */
  private static final Logger OURS = Logger.getLogger("dev.outrigger");

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
    root.addHandler(handler);
    root.setLevel(Level.WARNING);
    OURS.setLevel(Level.parse(level()));
  }

  private static String level() {
    String wanted = System.getenv("OUTRIGGER_LOG_LEVEL");
    return switch (wanted == null ? "info" : wanted) {
      case "debug" -> "FINE";
      case "warn" -> "WARNING";
      case "error" -> "SEVERE";
      default -> "INFO";
    };
  }

  @Override
  public String format(LogRecord entry) {
    StringBuilder line = new StringBuilder(TIME.format(Instant.ofEpochMilli(entry.getMillis())));
    line.append(' ').append(entry.getLevel().getName()).append(' ');
    line.append(formatMessage(entry)).append('\n');
    if (entry.getThrown() != null) {
      StringWriter trace = new StringWriter();
      entry.getThrown().printStackTrace(new PrintWriter(trace, true));
      line.append(trace);
    }
    return line.toString();
  }
}
