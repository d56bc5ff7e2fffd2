package dev.outrigger.local;

import dev.outrigger.provider.AtStart;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.PodKey;
import java.util.ArrayList;
import java.util.List;

/** What a container's shell does until it becomes the container's program. Pure. */
final class RunScript {

  private static final String FROM_FILE = "from_file_";

  private RunScript() {}

  /**
   * Ends in an exec, so that signals reach the command itself. Goes to the working directory first,
   * since that sets {@code PWD}, and reads {@code CDPATH}. What the shell has to say about a
   * variable holds its value, and is for nobody's log. One compound command: a part of it is a
   * mistake of syntax and runs nothing.
   */
  static String of(ContainerWork container, PodKey pod) {
    String folder = container.workingDir().map(RunScript::quote).orElse("\"${0%/*}/work\"");
    StringBuilder script = new StringBuilder("{\nrm -f \"$0\"\n");
    script.append("cd ").append(folder).append(" || exit 128\n{\n");
    export(script, "HOSTNAME", quote(pod.name()));
    for (EnvVariable variable : container.env()) {
      export(script, variable.name(), quote(variable.value().reveal()));
    }
    List<AtStart.Variable> atStart = container.atStart().env();
    for (int i = 0; i < atStart.size(); i++) {
      switch (atStart.get(i)) {
        case AtStart.FileKey from -> script.append(FROM_FILE).append(i).append('\n');
        case AtStart.Composed made -> export(script, made.name(), text(made.value()));
      }
    }
    return script
        .append("} 2> /dev/null\nexec ")
        .append(String.join(" ", words(container)))
        .append("\n}\n")
        .toString();
  }

  /** The calls of {@code keys.sh}'s function; empty when nothing is read from files. */
  static String keys(ContainerWork container, PodKey pod) {
    StringBuilder calls = new StringBuilder();
    List<AtStart.Variable> atStart = container.atStart().env();
    for (int i = 0; i < atStart.size(); i++) {
      if (atStart.get(i) instanceof AtStart.FileKey from) {
        List<String> arguments =
            List.of(
                from.name(),
                HostStore.scratch(pod, from.volume()),
                from.path(),
                from.key(),
                inGoQuotes(from.key()),
                from.optional() ? "optional" : "");
        calls.append("key ").append(i);
        arguments.forEach(argument -> calls.append(' ').append(quote(argument)));
        calls.append('\n');
      }
    }
    return calls.toString();
  }

  private static List<String> words(ContainerWork container) {
    List<String> all = new ArrayList<>(container.command());
    all.addAll(container.args());
    List<String> words = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      AtStart.Text atStart = container.atStart().words().get(i);
      words.add(atStart == null ? quote(all.get(i)) : text(atStart));
    }
    return words;
  }

  /** One word of shell. */
  private static String text(AtStart.Text text) {
    StringBuilder word = new StringBuilder("''");
    for (AtStart.Part part : text.parts()) {
      word.append(
          switch (part) {
            case AtStart.Known known -> quote(known.text().reveal());
            case AtStart.Reference r -> "\"${%1$s-\\$(%1$s)}\"".formatted(r.name());
          });
    }
    return word.toString();
  }

  private static void export(StringBuilder script, String name, String word) {
    script.append("export ").append(name).append('=').append(word).append('\n');
  }

  static String quote(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  /** As {@code %q} of Go writes printable ASCII. */
  private static String inGoQuotes(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
