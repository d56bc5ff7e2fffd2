package dev.outrigger.agent.resolve;

import dev.outrigger.provider.AtStart;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.Expansion;
import dev.outrigger.provider.SensitiveText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The variables of one container while they are put together, in the kubelet's order: what is known
 * and, of what follows from files, what is left for the container's start.
 */
final class Environment {

  private final Map<String, SensitiveText> known;
  private final Map<String, SensitiveText> services;

  /** What {@code $(VAR)} leads to: what is known so far, before Services. */
  private final Map<String, SensitiveText> visible;

  private final List<AtStart.Variable> atStart = new ArrayList<>();

  // INVARIANT: the names in atStart; whatever is set to one of them comes there too, in its turn.
  private final Set<String> later = new HashSet<>();

  /**
   * @param first what comes before all others, in order
   * @param services what a variable has that is not set otherwise
   */
  Environment(Map<String, SensitiveText> first, Map<String, SensitiveText> services) {
    this.known = first;
    this.services = services;
    this.visible = new HashMap<>(services);
    this.visible.putAll(first);
  }

  void put(String name, SensitiveText value) {
    put(name, new AtStart.Text(List.of(new AtStart.Known(value))));
  }

  void put(AtStart.FileKey variable) {
    atStart.add(variable);
    later.add(variable.name());
  }

  void put(String name, AtStart.Text value) {
    if (value.isKnown() && !later.contains(name)) {
      SensitiveText text =
          value.isSensitive()
              ? SensitiveText.sensitive(value.reveal())
              : SensitiveText.plain(value.reveal());
      known.put(name, text);
      visible.put(name, text);
    } else {
      atStart.add(new AtStart.Composed(name, value));
      later.add(name);
    }
  }

  /** A text with the variables so far. */
  AtStart.Text expand(String text) {
    return Expansion.expand(text, visible, later);
  }

  /** The variables that are known, in the order of their first mention, and Services last. */
  List<EnvVariable> known() {
    Map<String, SensitiveText> all = known;
    services.forEach(all::putIfAbsent);
    List<EnvVariable> variables = new ArrayList<>();
    all.forEach((name, value) -> variables.add(new EnvVariable(name, value)));
    return variables;
  }

  List<AtStart.Variable> atStart() {
    return List.copyOf(atStart);
  }
}
