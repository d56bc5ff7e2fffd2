package dev.outrigger.agent.resolve;

import dev.outrigger.provider.SensitiveText;
import java.util.Map;

/**
 * {@code $(VAR)} in env values, command and args, with the kubelet's rules
 * (k8s.io/kubernetes/third_party/forked/golang/expansion): {@code $$} is a dollar sign, an unknown
 * variable and an unclosed reference stay as written. Pure.
 */
final class Expansion {

  private Expansion() {}

  /** The text expanded; sensitive if it took in anything sensitive. */
  static SensitiveText expand(String text, Map<String, SensitiveText> variables) {
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
}
