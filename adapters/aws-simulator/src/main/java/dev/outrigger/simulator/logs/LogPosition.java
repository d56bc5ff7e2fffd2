package dev.outrigger.simulator.logs;

import dev.outrigger.simulator.service.AwsFault;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A place in a stream; what the tokens of GetLogEvents and FilterLogEvents carry. */
record LogPosition(long timestamp, long sequence) {
  static final LogPosition START = new LogPosition(Long.MIN_VALUE, 0);
  static final LogPosition END = new LogPosition(Long.MAX_VALUE, Long.MAX_VALUE);
  private static final Pattern TOKEN = Pattern.compile("([fb])/(\\d{19})(\\d{19})/s");

  /** Just before the first event of that millisecond. */
  static LogPosition before(long timestamp) {
    return new LogPosition(timestamp, 0);
  }

  boolean isBefore(LogPosition other) {
    return timestamp < other.timestamp
        || (timestamp == other.timestamp && sequence < other.sequence);
  }

  String forwardToken() {
    return token('f');
  }

  String backwardToken() {
    return token('b');
  }

  private String token(char direction) {
    return "%c/%019d%019d/s".formatted(direction, Math.max(0, timestamp), sequence);
  }

  static boolean isForward(String token) {
    return token.startsWith("f/");
  }

  static LogPosition ofToken(String token) {
    Matcher matcher = TOKEN.matcher(token);
    if (!matcher.matches()) {
      throw new AwsFault(400, "InvalidParameterException", "The specified nextToken is invalid.");
    }
    return new LogPosition(Long.parseLong(matcher.group(2)), Long.parseLong(matcher.group(3)));
  }
}
