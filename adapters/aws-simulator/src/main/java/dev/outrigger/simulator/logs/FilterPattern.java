package dev.outrigger.simulator.logs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outrigger.simulator.service.AwsFault;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code { $.field = "text" }} and the unstructured filter patterns: terms that must all occur,
 * {@code ?term} of which one must, and {@code -term} that must not; quotes keep spaces. Other JSON,
 * space-delimited and regular-expression patterns are refused, not ignored.
 */
final class FilterPattern {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern TERM = Pattern.compile("([?-]?)(?:\"([^\"]*)\"|(\\S+))");

  /** The one JSON pattern that is read: a field of the event itself that equals a text. */
  private static final Pattern FIELD =
      Pattern.compile("\\{\\s*\\$\\.(\\w+)\\s*=\\s*\"([^\"]*)\"\\s*}");

  private @Nullable Predicate<String> field;
  private final List<String> all = new ArrayList<>();
  private final List<String> any = new ArrayList<>();
  private final List<String> none = new ArrayList<>();

  FilterPattern(String pattern) {
    String plain = pattern.strip();
    Matcher equality = FIELD.matcher(plain);
    if (equality.matches()) {
      field = message -> isField(message, equality.group(1), equality.group(2));
      return;
    }
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

  private static boolean isField(String message, String name, String value) {
    if (!message.startsWith("{")) {
      return false;
    }
    try {
      return JSON.readTree(message).path(name).asText("").equals(value);
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  boolean matches(String message) {
    return field != null ? field.test(message) : matchesTerms(message);
  }

  private boolean matchesTerms(String message) {
    return all.stream().allMatch(message::contains)
        && (any.isEmpty() || any.stream().anyMatch(message::contains))
        && none.stream().noneMatch(message::contains);
  }
}
