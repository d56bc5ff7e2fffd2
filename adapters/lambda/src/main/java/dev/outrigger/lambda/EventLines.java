package dev.outrigger.lambda;

import dev.outrigger.provider.LogLine;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Cuts an event of a function's log into lines, at line feeds. A carriage return is the handler's
 * own, as in a progress bar, but where a runtime writes it for a line feed to keep lines in one
 * event: in the tracebacks of Python's (awslambdaric, {@code ERROR_LOG_LINE_TERMINATE}) and in what
 * goes through the console of Node.js's.
 */
final class EventLines {

  private static final Pattern OF_A_RUNTIME =
      Pattern.compile(
          "(?s)\\[ERROR\\] .*\rTraceback \\(most recent call last\\):.*"
              + "|\\S+Z\t(?:"
              + PlatformTexts.ID
              + "|undefined)\t[A-Z]+\t.*");

  private EventLines() {}

  static List<LogLine> of(Instant time, String message) {
    String text =
        OF_A_RUNTIME.matcher(message).matches() ? message.replaceAll("\r\n?", "\n") : message;
    String whole = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    List<LogLine> lines = new ArrayList<>();
    for (String line : whole.split("\n", -1)) {
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      lines.add(new LogLine(time, LogLine.Stream.STDOUT, bytes, true));
    }
    return lines;
  }
}
