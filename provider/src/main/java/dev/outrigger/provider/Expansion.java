package dev.outrigger.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * {@code $(VAR)} in env values, command, args and subPathExpr, with the kubelet's rules
 * (k8s.io/kubernetes/third_party/forked/golang/expansion): {@code $$} is a dollar sign, an unknown
 * variable and an unclosed reference stay as written. Pure.
 */
public final class Expansion {

  private static final Pattern REFERENCE = Pattern.compile("\\$\\$|\\$\\(([^)]*)\\)");

  private Expansion() {}

  /** The text expanded; sensitive if it took in anything sensitive. */
  public static SensitiveText expand(String text, Map<String, SensitiveText> variables) {
    AtStart.Text expanded = expand(text, variables, Set.of());
    return expanded.isSensitive()
        ? SensitiveText.sensitive(expanded.reveal())
        : SensitiveText.plain(expanded.reveal());
  }

  /**
   * The text expanded as far as it can be.
   *
   * @param later variables of which the value is not known yet, whatever {@code variables} say
   */
  public static AtStart.Text expand(
      String text, Map<String, SensitiveText> variables, Set<String> later) {
    Parts parts = new Parts();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      char next = c == '$' && i + 1 < text.length() ? text.charAt(i + 1) : ' ';
      int close = next == '(' ? text.indexOf(')', i + 2) : -1;
      if (next == '$') {
        parts.add(c);
        i += 2;
      } else if (close < 0) {
        parts.add(c);
        i++;
      } else {
        String name = text.substring(i + 2, close);
        if (later.contains(name)) {
          parts.add(new AtStart.Reference(name));
        } else {
          parts.add(variables.getOrDefault(name, SensitiveText.plain("$(" + name + ")")));
        }
        i = close + 1;
      }
    }
    return parts.text();
  }

  /** Collects neighbours that are known into one part. */
  private static final class Parts {

    private final List<AtStart.Part> parts = new ArrayList<>();
    private final StringBuilder known = new StringBuilder();
    private boolean sensitive;

    void add(char c) {
      known.append(c);
    }

    void add(SensitiveText text) {
      known.append(text.reveal());
      sensitive |= text.isSensitive();
    }

    void add(AtStart.Reference reference) {
      flush();
      parts.add(reference);
    }

    AtStart.Text text() {
      flush();
      return new AtStart.Text(parts);
    }

    private void flush() {
      if (!known.isEmpty() || sensitive) {
        String text = known.toString();
        parts.add(
            new AtStart.Known(
                sensitive ? SensitiveText.sensitive(text) : SensitiveText.plain(text)));
      }
      known.setLength(0);
      sensitive = false;
    }
  }

  /** The variables that a text refers to and that are none of these, as they are mentioned. */
  public static List<String> unknown(String text, Set<String> variables) {
    List<String> unknown = new ArrayList<>();
    REFERENCE
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .filter(name -> name != null && !variables.contains(name))
        .forEach(unknown::add);
    return unknown;
  }
}
