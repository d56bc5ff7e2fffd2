package dev.outrigger.testbed.comparison;

import java.util.List;
import java.util.regex.Pattern;

/** One line of a case's {@code steps}. */
sealed interface Step {

  /** {@code apply FILE}: a file of the case, with the nodes' names put in. */
  record Apply(String file) implements Step {}

  /** {@code kubectl ARGUMENTS}, in the case's namespace and folder; it must succeed. */
  record Run(List<String> arguments) implements Step {
    public Run {
      arguments = List.copyOf(arguments);
    }
  }

  /**
   * {@code await CONDITION}: {@code POD.PATH=VALUE|VALUE} of the normalised status, {@code event
   * REASON}, or {@code gone POD}.
   */
  record Await(List<String> condition) implements Step {
    public Await {
      condition = List.copyOf(condition);
    }
  }

  /**
   * {@code snapshot NAME}: the status of every Pod of the case is compared here; with {@code
   * at-once} behind it, where it will not stay as it is.
   */
  record Snapshot(String name, boolean atOnce) implements Step {}

  /** {@code output NAME ARGUMENTS}: what kubectl prints is compared. */
  record Output(String name, List<String> arguments) implements Step {
    public Output {
      arguments = List.copyOf(arguments);
    }
  }

  /** {@code nothing}: only instead of another. */
  record Nothing() implements Step {}

  /** Words may be in single quotes. */
  Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  static Step parse(String line) {
    List<String> words =
        WORD.matcher(line)
            .results()
            .map(m -> m.group(1) == null ? m.group(2) : m.group(1))
            .toList();
    List<String> rest = words.subList(1, words.size());
    return switch (words.getFirst()) {
      case "apply" -> new Apply(rest.getFirst());
      case "kubectl" -> new Run(rest);
      case "await" -> new Await(rest);
      case "snapshot" -> new Snapshot(rest.getFirst(), rest.contains("at-once"));
      case "output" -> new Output(rest.getFirst(), rest.subList(1, rest.size()));
      case "nothing" -> new Nothing();
      default -> throw new IllegalArgumentException("no such step: " + line);
    };
  }
}
