package dev.outrigger.testbed.comparison;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file {@code differences} of a case: lines {@code KEY: DIFFERENCE}, where {@code KEY} is a
 * heading of {@code docs/reference/differences.md}, and {@code KEY: instead of "STEP": STEP} where
 * what a step waits for never comes. {@code KEY (sometimes): DIFFERENCE} may be there or not: what
 * decides is which of two things happens first.
 */
public final class ListedDifferences {

  /** Of lines that {@link #rewrite} wrote: somebody has to explain them. */
  public static final String UNEXPLAINED = "unexplained";

  private static final Pattern LINE = Pattern.compile("([a-z0-9-]+)( \\(sometimes\\))?: (.*)");
  private static final Pattern INSTEAD = Pattern.compile("instead of \"(.*)\": (.*)");

  private final Path file;

  /** By difference, its key. */
  private final SequencedMap<String, String> keys = new LinkedHashMap<>();

  /** By line of the steps, what is done instead. */
  private final Map<String, String> instead = new LinkedHashMap<>();

  /** What need not be there. */
  private final SortedSet<String> sometimes = new TreeSet<>();

  /** Lines of {@link #instead} and {@link #sometimes} as they stand. */
  private final List<String> keptLines = new ArrayList<>();

  private final SortedSet<String> usedKeys = new TreeSet<>();

  private ListedDifferences(Path file) {
    this.file = file;
    for (String line : Files.exists(file) ? ComparedCase.lines(file) : List.<String>of()) {
      Matcher parts = LINE.matcher(line);
      if (!parts.matches()) {
        throw new IllegalArgumentException(file + ": " + line);
      }
      usedKeys.add(parts.group(1));
      Matcher step = INSTEAD.matcher(parts.group(3));
      if (step.matches()) {
        instead.put(step.group(1), step.group(2));
        keptLines.add(line);
      } else if (parts.group(2) == null) {
        keys.put(parts.group(3), parts.group(1));
      } else {
        sometimes.add(parts.group(3));
        keptLines.add(line);
      }
    }
  }

  /** Those of a case; none without a file. */
  public static ListedDifferences of(ComparedCase compared) {
    return new ListedDifferences(compared.folder().resolve("differences"));
  }

  /** The step that is done for a line of the steps. */
  public String instead(String step) {
    return instead.getOrDefault(step, step);
  }

  /** Every key. */
  public Set<String> usedKeys() {
    return usedKeys;
  }

  /** Every difference that has to be there. */
  public SortedSet<String> all() {
    return new TreeSet<>(keys.keySet());
  }

  /** Lines of {@code instead} for steps that the case does not have. */
  public SortedSet<String> uselessInstead(ComparedCase compared) {
    SortedSet<String> useless = new TreeSet<>(instead.keySet());
    useless.removeAll(compared.steps());
    return useless;
  }

  /** Whether these are what is listed for one point. */
  boolean areExactly(String point, SortedSet<String> differences) {
    String prefix = Outcome.EVENTS.equals(point) ? "event " : point + " ";
    SortedSet<String> listed = all();
    listed.removeIf(line -> !line.startsWith(prefix));
    return listed.equals(always(differences));
  }

  /** Without those that need not be there. */
  public SortedSet<String> always(SortedSet<String> differences) {
    SortedSet<String> always = new TreeSet<>(differences);
    always.removeAll(sometimes);
    return always;
  }

  /** What differs at all points. */
  public static SortedSet<String> between(ComparedCase compared, Outcome outcome) {
    SortedSet<String> lines = new TreeSet<>();
    outcome
        .points()
        .forEach(
            (point, seen) ->
                lines.addAll(Differences.at(point, compared.expected().path(point), seen)));
    return lines;
  }

  /** Makes the file list these: what is not explained yet, somebody has to. */
  public void rewrite(SortedSet<String> differences) {
    List<String> lines = new ArrayList<>(keptLines);
    for (String difference : differences) {
      lines.add(keys.getOrDefault(difference, UNEXPLAINED) + ": " + difference);
    }
    try {
      if (lines.isEmpty()) {
        Files.deleteIfExists(file);
      } else {
        Files.writeString(file, String.join("\n", lines) + "\n");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
