package dev.outrigger.simulator.logs;

import dev.outrigger.simulator.service.AwsFault;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The unstructured filter patterns: terms that must all occur, {@code ?term} of which one must, and
 * {@code -term} that must not; quotes keep spaces. JSON, space-delimited and regular-expression
 * patterns are refused, not ignored.
 */
final class FilterPattern {
  private static final Pattern TERM = Pattern.compile("([?-]?)(?:\"([^\"]*)\"|(\\S+))");

  private final List<String> all = new ArrayList<>();
  private final List<String> any = new ArrayList<>();
  private final List<String> none = new ArrayList<>();

  FilterPattern(String pattern) {
    String plain = pattern.strip();
    if (plain.startsWith("{") || plain.startsWith("[") || plain.startsWith("%")) {
      throw new AwsFault(
          400, "InvalidParameterException", "this kind of filter pattern is not simulated");
    }
    Matcher matcher = TERM.matcher(plain);
    while (matcher.find()) {
      String quoted = matcher.group(2);
      String term = quoted == null ? matcher.group(3) : quoted;
      switch (matcher.group(1)) {
        case "?" -> any.add(term);
        case "-" -> none.add(term);
        default -> all.add(term);
      }
    }
  }

  boolean matches(String message) {
    return all.stream().allMatch(message::contains)
        && (any.isEmpty() || any.stream().anyMatch(message::contains))
        && none.stream().noneMatch(message::contains);
  }
}
