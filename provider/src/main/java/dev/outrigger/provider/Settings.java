package dev.outrigger.provider;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads one section of the configuration file and collects every problem with its path, instead of
 * stopping at the first. A key that nobody asked for is a problem too ({@link #finish}). Not safe
 * for concurrent use.
 */
public final class Settings {

  private static final Pattern SIMPLE_DURATION = Pattern.compile("(\\d+)(ms|s|m|h)");

  private static final Duration LONGEST = Duration.ofDays(3650);

  private static final String NONE = "none";

  private final String path;
  private final Map<String, Object> values;
  private final List<ConfigProblem> problems;
  private final Map<String, SettingKey> asked = new TreeMap<>();
  private final List<Settings> sections = new ArrayList<>();

  /**
   * @param path where this section stands in the file, for example {@code nodes[0].ecs}
   * @param values as read from YAML: strings, numbers, booleans, lists and maps
   * @param problems collects what is wrong; shared with the sections below
   */
  public Settings(String path, Map<String, ?> values, List<ConfigProblem> problems) {
    this.path = path;
    this.values = new TreeMap<>(values);
    this.problems = problems;
  }

  /** A text that may be left out, but not be empty. */
  public Optional<String> string(String key) {
    return text(key, "string", NONE).filter(text -> isFilled(key, text));
  }

  private boolean isFilled(String key, String text) {
    if (text.isBlank()) {
      problem(key, "is empty: give it a value, or leave the line out");
    }
    return !text.isBlank();
  }

  private Optional<String> text(String key, String type, String fallback) {
    return value(key, type, fallback)
        .flatMap(
            v -> {
              if (v instanceof Map || v instanceof List) {
                problem(key, "must be a string");
                return Optional.empty();
              }
              String text = String.valueOf(v);
              if (text.indexOf('\0') >= 0) {
                problem(key, "must not hold the character NUL");
                return Optional.empty();
              }
              return Optional.of(text);
            });
  }

  /** A text that may be left out, and be empty only where that means the same. */
  public String string(String key, String fallback) {
    return text(key, "string", fallback)
        .filter(text -> fallback.isEmpty() || isFilled(key, text))
        .orElse(fallback);
  }

  /** A string that must be there; a problem (and an empty string) if it is not. */
  public String requiredString(String key, String what) {
    int before = problems.size();
    Optional<String> found = text(key, "string", "required").filter(s -> !s.isBlank());
    if (found.isEmpty() && problems.size() == before) {
      problem(key, "is required: " + what);
    }
    return found.orElse("");
  }

  /** One of the named values. */
  public String choice(String key, String fallback, List<String> allowed) {
    String type = "one of " + String.join(", ", allowed);
    String found = text(key, type, fallback).orElse(fallback);
    if (!allowed.contains(found)) {
      problem(key, "must be one of " + String.join(", ", allowed) + ", not '" + found + "'");
      return fallback;
    }
    return found;
  }

  public int integer(String key, int fallback, int minimum, int maximum) {
    String type = "whole number, " + minimum + " to " + maximum;
    Optional<Object> found = value(key, type, String.valueOf(fallback));
    if (found.isEmpty()) {
      return fallback;
    }
    if (found.get() instanceof Number n
        && n.doubleValue() == n.intValue()
        && n.intValue() >= minimum
        && n.intValue() <= maximum) {
      return n.intValue();
    }
    problem(key, "must be a whole number from " + minimum + " to " + maximum);
    return fallback;
  }

  public boolean bool(String key, boolean fallback) {
    Optional<Object> found = value(key, "true or false", String.valueOf(fallback));
    if (found.isEmpty()) {
      return fallback;
    }
    if (found.get() instanceof Boolean b) {
      return b;
    }
    problem(key, "must be true or false");
    return fallback;
  }

  /** A duration such as {@code 500ms}, {@code 10s}, {@code 5m}, {@code 1h} or ISO {@code PT10S}. */
  public Duration duration(String key, Duration fallback) {
    Optional<String> found = text(key, "duration", SettingKey.text(fallback));
    if (found.isEmpty()) {
      return fallback;
    }
    try {
      Duration read = duration(found.get());
      if (read.abs().compareTo(LONGEST) <= 0) {
        return read;
      }
      problem(key, "must be at most 87600h (ten years), not '" + found.get() + "'");
    } catch (DateTimeParseException | NumberFormatException e) {
      problem(key, "must be a duration such as 500ms, 10s, 5m or 1h, not '" + found.get() + "'");
    }
    return fallback;
  }

  private static Duration duration(String text) {
    var simple = SIMPLE_DURATION.matcher(text);
    if (!simple.matches()) {
      return Duration.parse(text);
    }
    long amount = Math.min(Long.parseLong(simple.group(1)), Integer.MAX_VALUE * 1000L);
    return switch (simple.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      default -> Duration.ofHours(amount);
    };
  }

  public List<String> strings(String key) {
    Optional<Object> found = value(key, "list of strings", NONE);
    if (found.isEmpty()) {
      return List.of();
    }
    if (found.get() instanceof List<?> list
        && list.stream().noneMatch(v -> v instanceof Map || v instanceof List)) {
      return list.stream().map(String::valueOf).toList();
    }
    problem(key, "must be a list of strings");
    return List.of();
  }

  /**
   * A list that may not be empty.
   *
   * @param what for whoever has left it out
   */
  public List<String> requiredStrings(String key, String what) {
    int before = problems.size();
    List<String> found = strings(key);
    if (found.isEmpty() && problems.size() == before) {
      problem(key, "is required: " + what);
    }
    return found;
  }

  public Map<String, String> stringMap(String key) {
    Map<String, String> result = new TreeMap<>();
    asMap(key, "map of strings").forEach((k, v) -> result.put(k, String.valueOf(v)));
    return result;
  }

  /** A section below this one; an absent one is empty. */
  public Settings section(String key) {
    return child(at(key), asMap(key, "map"));
  }

  /** A list of sections; an absent one is empty. */
  public List<Settings> sections(String key) {
    Optional<Object> found = value(key, "list of maps", NONE);
    if (found.isEmpty()) {
      return List.of();
    }
    if (!(found.get() instanceof List<?> list)) {
      problem(key, "must be a list");
      return List.of();
    }
    List<Settings> result = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      String where = at(key) + "[" + i + "]";
      if (list.get(i) instanceof Map<?, ?> map) {
        result.add(child(where, stringKeys(map)));
      } else {
        problems.add(new ConfigProblem(where, "must be a map of settings"));
      }
    }
    return result;
  }

  public boolean has(String key) {
    return values.get(key) != null;
  }

  /** Adds a problem at a key of this section. */
  public void problem(String key, String message) {
    problems.add(new ConfigProblem(at(key), message));
  }

  /** Where this section stands in the file. */
  public String path() {
    return path;
  }

  public List<ConfigProblem> problems() {
    return List.copyOf(problems);
  }

  /** Every key that somebody asked for so far, here and below. */
  public List<SettingKey> keys() {
    return Stream.concat(asked.values().stream(), sections.stream().flatMap(s -> s.keys().stream()))
        .toList();
  }

  /** Adds a problem for every key, here and below, that nobody asked for. */
  public void finish() {
    for (String key : values.keySet()) {
      if (!asked.containsKey(key)) {
        String meant = Suggestion.words(key, asked.keySet());
        problem(
            key,
            "is not known here%s; known: %s".formatted(meant, String.join(", ", asked.keySet())));
      }
    }
    sections.forEach(Settings::finish);
  }

  private Settings child(String where, Map<String, Object> map) {
    Settings section = new Settings(where, map, problems);
    sections.add(section);
    return section;
  }

  private Optional<Object> value(String key, String type, String fallback) {
    asked.put(key, new SettingKey(at(key).replaceAll("\\[\\d+]", "[]"), type, fallback));
    return Optional.ofNullable(values.get(key));
  }

  private Map<String, Object> asMap(String key, String type) {
    Optional<Object> found = value(key, type, NONE);
    if (found.isEmpty()) {
      return Map.of();
    }
    if (found.get() instanceof Map<?, ?> map) {
      return stringKeys(map);
    }
    problem(key, "must be a map");
    return Map.of();
  }

  private static Map<String, Object> stringKeys(Map<?, ?> map) {
    Map<String, Object> result = new TreeMap<>();
    map.forEach(
        (k, v) -> {
          if (v != null) {
            result.put(String.valueOf(k), v);
          }
        });
    return result;
  }

  private String at(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
