package dev.outrigger.agent.policy;

import dev.outrigger.provider.fields.AnnotationTable;
import dev.outrigger.provider.fields.FieldRow;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What an annotation table refuses, as CEL over {@code variables.metadata}. Pure. */
final class AnnotationRules {

  private static final String ALL = "variables.metadata.annotations";

  private AnnotationRules() {}

  static List<FieldRule> of(AnnotationTable table) {
    List<FieldRule> rules = new ArrayList<>();
    List<String> names = table.rows().stream().map(FieldRow::path).toList();
    rules.add(
        new FieldRule(
            either(
                "%s.all(k, !k.startsWith(%s) || k in %s || %s.exists(p, k.startsWith(p)))"
                    .formatted(
                        ALL,
                        Cel.text(AnnotationTable.DOMAIN),
                        Cel.list(names),
                        Cel.list(table.prefixesOfOthers()))),
            AnnotationTable.path(AnnotationTable.DOMAIN + "*")
                + " has one that is not known here: "
                + table.known()));
    for (FieldRow row : table.rows()) {
      if (!row.accepted().isEmpty()) {
        String name = Cel.text(row.path());
        rules.add(
            new FieldRule(
                either(
                    "!(%s in %s) || %s[%s] in %s"
                        .formatted(name, ALL, ALL, name, Cel.list(row.accepted()))),
                "%s must be %s: %s"
                    .formatted(
                        AnnotationTable.path(row.path()),
                        String.join(" or ", new TreeSet<>(row.accepted())),
                        row.note())));
      }
    }
    return List.copyOf(rules);
  }

  /** A template need not have metadata. */
  private static String either(String rule) {
    return "(!has(variables.metadata.annotations) || " + rule + ")";
  }
}
