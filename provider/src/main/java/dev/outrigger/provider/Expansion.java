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
    StringBuilder out = new StringBuilder(text.length());
    boolean sensitive = false;
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c != '$' || i + 1 == text.length()) {
        out.append(c);
        i++;
        continue;
      }
      char next = text.charAt(i + 1);
      int close = next == '(' ? text.indexOf(')', i + 2) : -1;
      if (next == '$') {
        out.append('$');
        i += 2;
      } else if (close < 0) {
        out.append(c).append(next);
        i += 2;
      } else {
        SensitiveText value = variables.get(text.substring(i + 2, close));
        out.append(value == null ? text.substring(i, close + 1) : value.reveal());
        sensitive |= value != null && value.isSensitive();
        i = close + 1;
      }
    }
    return sensitive
        ? SensitiveText.sensitive(out.toString())
        : SensitiveText.plain(out.toString());
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
