package dev.outrigger.provider.fields;

import dev.outrigger.provider.Suggestion;
import dev.outrigger.provider.fields.FieldTable.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The annotations of a Pod that are this product's own: those that one provider knows. One that is
 * another provider's, by its name, is left alone; any other is refused, since it would be ignored
 * otherwise. The agent writes none.
 */
public final class AnnotationTable {

  /** How the names of all of them begin. */
  public static final String DOMAIN = "outrigger.dev/";

  /** The words with which the names go on, before a hyphen: each provider's own. */
  public static final List<String> PROVIDERS =
      List.of("ecs", "instant", "lambda", "local", "remote");

  private final String provider;
  private final Map<String, FieldRow> rows = new TreeMap<>();

  /**
   * @param provider its word
   * @param rows with annotations' names as their paths
   */
  public AnnotationTable(String provider, List<FieldRow> rows) {
    this.provider = provider;
    rows.forEach(row -> this.rows.put(row.path(), row));
  }

  /** With annotations' names as their paths, in their order. */
  public List<FieldRow> rows() {
    return List.copyOf(rows.values());
  }

  /** How the names of other providers' annotations begin. */
  public List<String> prefixesOfOthers() {
    return PROVIDERS.stream()
        .filter(word -> !word.equals(provider))
        .map(word -> DOMAIN + word + "-")
        .toList();
  }

  /** What is known here, for whoever has written something else. */
  public String known() {
    return rows.isEmpty()
        ? provider + " has none"
        : provider + " knows " + String.join(", ", rows.keySet());
  }

  /** Where an annotation stands in a Pod. */
  public static String path(String name) {
    return "metadata.annotations[" + name + "]";
  }

  List<Finding> explain(@Nullable Map<String, String> annotations) {
    List<Finding> findings = new ArrayList<>();
    new TreeMap<>(annotations == null ? Map.of() : annotations)
        .forEach(
            (name, value) -> {
              if (name.startsWith(DOMAIN)) {
                findings.add(finding(name, value));
              }
            });
    return findings;
  }

  private Finding finding(String name, @Nullable String value) {
    FieldRow row = rows.get(name);
    if (row != null) {
      boolean fits = row.accepted().isEmpty() || row.accepted().contains(String.valueOf(value));
      return new Finding(path(name), fits ? row.verdict() : FieldRow.Verdict.REFUSED, row.note());
    }
    if (prefixesOfOthers().stream().anyMatch(name::startsWith)) {
      return new Finding(path(name), FieldRow.Verdict.HARMLESS, "another provider's");
    }
    String meant = Suggestion.words(name, rows.keySet());
    return new Finding(
        path(name),
        FieldRow.Verdict.REFUSED,
        "not a known annotation%s: %s".formatted(meant, known()));
  }
}
