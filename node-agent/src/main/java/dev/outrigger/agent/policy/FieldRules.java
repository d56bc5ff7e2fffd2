package dev.outrigger.agent.policy;

import dev.outrigger.provider.fields.AutomaticToken;
import dev.outrigger.provider.fields.FieldRow;
import dev.outrigger.provider.fields.FieldRow.Verdict;
import dev.outrigger.provider.fields.FieldTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a field table refuses, as CEL. Pure.
 *
 * <p>A row for any key of a map ({@code limits.*}) lets those keys pass that have rows of their
 * own. The volume with the ServiceAccount's token that admission adds, and its mounts, pass.
 */
final class FieldRules {

  private static final String SPEC = "variables.spec";

  /** What a StatefulSet's controller makes of its templates. */
  private static final String CLAIMS = "spec.volumes[].persistentVolumeClaim";

  private static final String NO_CLAIM_TEMPLATES = "!has(variables.top.volumeClaimTemplates)";

  private final FieldTable table;

  private FieldRules(FieldTable table) {
    this.table = table;
  }

  static List<FieldRule> of(FieldTable table) {
    FieldRules rules = new FieldRules(table);
    return table.rows().stream()
        .filter(row -> row.verdict() == Verdict.REFUSED || !row.accepted().isEmpty())
        .map(rules::rule)
        .toList();
  }

  private FieldRule rule(FieldRow row) {
    List<String> segments = List.of(row.path().split("\\."));
    String passes = passes(row, SPEC, "spec", segments.subList(1, segments.size()), 0);
    return new FieldRule(
        row.path().equals(CLAIMS) ? passes + " && " + NO_CLAIM_TEMPLATES : passes,
        row.path() + " is not supported: " + row.remedy());
  }

  /** Whether nothing that is set from here on offends the row. */
  private String passes(
      FieldRow row, String base, String pattern, List<String> segments, int depth) {
    String segment = segments.getFirst();
    List<String> rest = segments.subList(1, segments.size());
    if (segment.equals("*")) {
      return "%s.all(k, k in %s)".formatted(base, Cel.list(ownKeys(pattern)));
    }
    boolean isList = segment.endsWith("[]");
    String name = isList ? segment.substring(0, segment.length() - 2) : segment;
    String below = pattern + "." + segment;
    boolean isKey = table.rows().stream().anyMatch(r -> r.path().equals(pattern + ".*"));
    String absent =
        isKey
            ? "!(%s in %s)".formatted(Cel.text(name), base)
            : "!has(%s)".formatted(Cel.field(base, name));
    String value = isKey ? base + "[" + Cel.text(name) + "]" : Cel.field(base, name);
    if (rest.isEmpty() && !isList) {
      return last(row, absent, value, name, depth);
    }
    if (!isList) {
      return either(absent, passes(row, value, below, rest, depth));
    }
    String item = "x" + depth;
    String each = rest.isEmpty() ? "false" : passes(row, item, below, rest, depth + 1);
    return either(absent, "%s.all(%s, %s)".formatted(value, item, exempt(name, item, each)));
  }

  private static String last(FieldRow row, String absent, String value, String name, int depth) {
    if (!row.accepted().isEmpty()) {
      return either(absent, accepted(row, "string(" + value + ")"));
    }
    String item = "x" + depth;
    String exempt = exempt(name, item, "false");
    return exempt.equals("false")
        ? absent
        : either(absent, "%s.all(%s, %s)".formatted(value, item, exempt));
  }

  /** A StatefulSet's controller gives its Pods their names as host names, whatever is written. */
  private static String accepted(FieldRow row, String text) {
    return row.accepted().contains(FieldRow.POD_NAME)
        ? "object.kind == 'StatefulSet' || (object.kind == 'Pod' && %s == object.metadata.name)"
            .formatted(text)
        : "%s in %s".formatted(text, Cel.list(row.accepted()));
  }

  private static String exempt(String list, String item, String otherwise) {
    String token = item + ".name.startsWith(" + Cel.text(AutomaticToken.PREFIX) + ")";
    return switch (list) {
      case "volumes" -> "(%s && has(%s.projected)) || %s".formatted(token, item, otherwise);
      case "volumeMounts" -> token + " || " + otherwise;
      default -> otherwise;
    };
  }

  private static String either(String first, String second) {
    return "(" + first + " || " + second + ")";
  }

  private Set<String> ownKeys(String map) {
    List<String> keys = new ArrayList<>();
    for (FieldRow row : table.rows()) {
      if (row.path().startsWith(map + ".")) {
        String key = row.path().substring(map.length() + 1);
        if (key.indexOf('.') < 0 && !key.equals("*")) {
          keys.add(key);
        }
      }
    }
    return Set.copyOf(keys);
  }
}
