package dev.outrigger.agent.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether the API server takes a CronJob's schedule: the grammar of {@code ParseStandard} of
 * github.com/robfig/cron v3, without time zones, which have a field of their own. Pure.
 */
public final class CronSchedule {

  private static final List<String> DESCRIPTORS =
      List.of("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");

  /** What Go's {@code time.ParseDuration} takes. */
  private static final Pattern EVERY =
      Pattern.compile("@every [+-]?(0|((\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h))+)");

  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

  private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

  /** One field: its name, its numbers, and words for those from the least on. */
  private record Field(String name, int least, int most, List<String> words) {

    Optional<String> problem(String text) {
      for (String range : text.split(",")) {
        if (!range.isEmpty() && !isRange(range)) {
          return Optional.of(
              "has '%s' as its %s, which are %d to %d, with *, -, / and commas"
                  .formatted(text, name, least, most));
        }
      }
      return Optional.empty();
    }

    private boolean isRange(String range) {
      List<String> step = parts(range, '/');
      List<String> ends = parts(step.getFirst(), '-');
      boolean any = ends.getFirst().equals("*") || ends.getFirst().equals("?");
      int from = any ? least : number(ends.getFirst());
      int to = any ? most : number(ends.getLast());
      if (!any && ends.size() == 1 && step.size() == 2) {
        to = most;
      }
      boolean steps =
          step.size() == 1 || (step.size() == 2 && step.get(1).matches("\\+?0*[1-9]\\d{0,8}"));
      return steps && (any || ends.size() <= 2) && from >= least && to <= most && from <= to;
    }

    /** Less than any number that may be, if it is none. */
    private int number(String text) {
      int word = words.indexOf(text.toLowerCase(Locale.ROOT));
      if (word >= 0) {
        return least + word;
      }
      return text.matches("\\+?\\d{1,9}") ? Integer.parseInt(text) : Integer.MIN_VALUE;
    }
  }

  private static final List<Field> FIELDS =
      List.of(
          new Field("minutes", 0, 59, List.of()),
          new Field("hours", 0, 23, List.of()),
          new Field("days of the month", 1, 31, List.of()),
          new Field("months", 1, 12, MONTHS),
          new Field("days of the week", 0, 6, DAYS));

  private CronSchedule() {}

  /** What is wrong with it, in words that follow the field's path; empty if nothing is. */
  public static Optional<String> problem(String schedule) {
    if (schedule.contains("TZ")) {
      return Optional.of("cannot name a time zone: use spec.timeZone");
    }
    if (schedule.startsWith("@")) {
      boolean known = DESCRIPTORS.contains(schedule) || EVERY.matcher(schedule).matches();
      return known
          ? Optional.empty()
          : Optional.of(
              "must be one of %s or '@every 1h30m', not '%s'"
                  .formatted(String.join(", ", DESCRIPTORS), schedule));
    }
    String[] fields = schedule.strip().split("\\s+");
    if (schedule.isBlank() || fields.length != FIELDS.size()) {
      return Optional.of(
          "must have five fields (minute, hour, day of the month, month, day of the week), not '%s'"
              .formatted(schedule));
    }
    for (int i = 0; i < fields.length; i++) {
      Optional<String> problem = FIELDS.get(i).problem(fields[i]);
      if (problem.isPresent()) {
        return problem;
      }
    }
    return Optional.empty();
  }

  /** As Go's strings.Split: with the empty ones. */
  private static List<String> parts(String text, char separator) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
      parts.add(text.substring(from, at));
      from = at + 1;
    }
    parts.add(text.substring(from));
    return parts;
  }
}
