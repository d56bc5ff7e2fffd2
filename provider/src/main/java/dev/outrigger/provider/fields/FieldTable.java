package dev.outrigger.provider.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outrigger.provider.AlsoRefused;
import dev.outrigger.provider.ProviderException;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Every field of a Pod's spec that an adapter knows, with what it does about it, and its own
 * annotations. A field without a row is refused: nothing is dropped in silence.
 */
public final class FieldTable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, FieldRow> rows = new TreeMap<>();
  private final String unknownHint;
  private final Optional<AnnotationTable> annotations;

  /** Else the API server's automatic token volume is left out. */
  private final boolean mountsTokens;

  /**
   * @param rows one for each path; the order does not matter
   * @param unknownHint what to say of a field that has no row
   */
  public FieldTable(List<FieldRow> rows, String unknownHint) {
    this(rows, unknownHint, Optional.empty());
  }

  /** With the adapter's annotations, and a word about any that it does not know. */
  public FieldTable(List<FieldRow> rows, String unknownHint, AnnotationTable annotations) {
    this(rows, unknownHint, Optional.of(annotations));
  }

  private FieldTable(
      List<FieldRow> rows, String unknownHint, Optional<AnnotationTable> annotations) {
    this.unknownHint = unknownHint;
    this.annotations = annotations;
    for (FieldRow row : rows) {
      if (this.rows.put(row.path(), row) != null) {
        throw new IllegalArgumentException("two rows for " + row.path());
      }
    }
    FieldRow tokens = this.rows.get(AutomaticToken.FIELD);
    this.mountsTokens = tokens != null && tokens.verdict() == FieldRow.Verdict.TRANSLATED;
  }

  /** Every row, by path. */
  public List<FieldRow> rows() {
    return List.copyOf(rows.values());
  }

  /** The annotations that the adapter knows, if it has said. */
  public Optional<AnnotationTable> annotations() {
    return annotations;
  }

  /** Whether a row, its own or one above, speaks for the field: whether somebody has decided. */
  public boolean knows(String pattern) {
    return !rowOf(pattern).path().equals(pattern) || rows.containsKey(pattern);
  }

  /**
   * What becomes of a field: the row with the longest path that speaks for it.
   *
   * @param pattern with {@code []} for indices and {@code *} for keys, for example {@code
   *     spec.containers[].env[].name}
   */
  public FieldRow rowOf(String pattern) {
    for (String at = pattern; !at.isEmpty(); at = parent(at)) {
      FieldRow row = rows.get(at);
      if (row != null) {
        return row;
      }
    }
    return FieldRow.refused(pattern, unknownHint);
  }

  /**
   * One set field or annotation of a Pod and what is done about it.
   *
   * @param path with real indices, for example {@code spec.containers[0].image}
   */
  public record Finding(String path, FieldRow.Verdict verdict, String note) {}

  /**
   * Refuses fields and annotations that cannot be honoured.
   *
   * @throws ProviderException.Unsupported naming all of them with what to use instead
   */
  public void check(Pod pod) throws ProviderException.Unsupported {
    Optional<ProviderException.Unsupported> refusal = refusal(explain(pod));
    if (refusal.isPresent()) {
      throw refusal.get();
    }
  }

  /**
   * Refuses fields that cannot be honoured.
   *
   * @throws ProviderException.Unsupported naming all of them with what to use instead
   */
  public void check(PodSpec spec) throws ProviderException.Unsupported {
    Optional<ProviderException.Unsupported> refusal = refusal(explain(spec));
    if (refusal.isPresent()) {
      throw refusal.get();
    }
  }

  /** Why a Pod with these fields is refused; empty if it is not. */
  private static Optional<ProviderException.Unsupported> refusal(List<Finding> fields) {
    List<Finding> refused =
        fields.stream().filter(f -> f.verdict() == FieldRow.Verdict.REFUSED).toList();
    return refused.stream()
        .findFirst()
        .map(
            first ->
                new ProviderException.Unsupported(
                    first.path(),
                    first.note(),
                    refused.stream()
                        .skip(1)
                        .map(f -> new AlsoRefused(f.path(), f.note()))
                        .toList()));
  }

  /** Every set field, in the order of the spec, and annotations of this product, with verdicts. */
  public List<Finding> explain(Pod pod) {
    String name = Objects.requireNonNullElse(pod.getMetadata().getName(), "");
    List<Finding> findings = new ArrayList<>(explain(pod.getSpec(), name));
    annotations.ifPresent(a -> findings.addAll(a.explain(pod.getMetadata().getAnnotations())));
    return findings;
  }

  /** Every set field of a Pod without a name, in the order of the spec, with its verdict. */
  public List<Finding> explain(PodSpec spec) {
    return explain(spec, "");
  }

  private List<Finding> explain(PodSpec spec, String name) {
    List<Judged> judged = new ArrayList<>();
    Set<String> tokens = mountsTokens ? Set.of() : AutomaticToken.names(spec);
    walk("spec", "spec", JSON.valueToTree(spec), new Around(name, tokens), judged);
    return judged.stream().map(Judged::finding).toList();
  }

  private record Judged(FieldRow row, Finding finding) {}

  /**
   * What counts beside a field.
   *
   * @param podName empty if the Pod has none
   * @param tokens names of the volumes that pass as the API server's own
   */
  private record Around(String podName, Set<String> tokens) {}

  private void walk(
      String path, String pattern, JsonNode node, Around around, List<Judged> findings) {
    if (AutomaticToken.isPartOf(pattern, node, around.tokens())) {
      FieldRow token = FieldRow.harmless(pattern, AutomaticToken.NOTE);
      findings.add(new Judged(token, new Finding(path, token.verdict(), token.note())));
      return;
    }
    Optional<FieldRow> exact = Optional.ofNullable(rows.get(pattern));
    boolean whole = exact.isPresent() && rows.keySet().stream().noneMatch(p -> isBelow(p, pattern));
    if (node.isNull() || (node.isContainerNode() && node.isEmpty() && exact.isEmpty())) {
      return;
    }
    if (whole || node.isValueNode() || node.isEmpty()) {
      findings.add(judge(path, pattern, node, around));
      return;
    }
    List<Judged> below = new ArrayList<>();
    walkBelow(path, pattern, node, around, below);
    // What the same row says of all that is set in it is said once.
    if (exact.isPresent() && below.stream().allMatch(b -> b.row().equals(exact.get()))) {
      findings.add(judge(path, pattern, node, around));
    } else {
      findings.addAll(below);
    }
  }

  private void walkBelow(
      String path, String pattern, JsonNode node, Around around, List<Judged> findings) {
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        walk(path + "[" + i + "]", pattern + "[]", node.get(i), around, findings);
      }
    } else {
      node.properties()
          .forEach(
              e ->
                  walk(
                      path + "." + e.getKey(),
                      childPattern(pattern, e.getKey()),
                      e.getValue(),
                      around,
                      findings));
    }
  }

  private Judged judge(String path, String pattern, JsonNode node, Around around) {
    FieldRow row = rowOf(pattern);
    String value = node.asText();
    boolean fits =
        row.accepted().isEmpty()
            || row.accepted().contains(value)
            || (row.accepted().contains(FieldRow.POD_NAME) && value.equals(around.podName()));
    return new Judged(
        row,
        fits
            ? new Finding(path, row.verdict(), row.note())
            : new Finding(path, FieldRow.Verdict.REFUSED, row.remedy()));
  }

  private String childPattern(String pattern, String key) {
    String any = pattern + ".*";
    boolean isMap = rows.keySet().stream().anyMatch(p -> p.equals(any) || isBelow(p, any));
    String named = pattern + "." + key;
    return isMap && !rows.containsKey(named) ? any : named;
  }

  private static boolean isBelow(String candidate, String pattern) {
    return candidate.startsWith(pattern + ".") || candidate.startsWith(pattern + "[]");
  }

  private static String parent(String pattern) {
    if (pattern.endsWith("[]")) {
      return pattern.substring(0, pattern.length() - 2);
    }
    int dot = pattern.lastIndexOf('.');
    return dot < 0 ? "" : pattern.substring(0, dot);
  }
}
