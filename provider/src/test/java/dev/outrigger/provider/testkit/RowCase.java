package dev.outrigger.provider.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.fields.FieldRow;
import dev.outrigger.provider.fields.FieldTable;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A case of one translated row of a field table: what there is to see once the field is set, and
 * not before.
 *
 * @param given what is set before too, as {@link RowPods#with} takes it
 * @param settings what sets the field
 * @param effect a part of what is seen
 */
public record RowCase(String path, List<String> given, List<String> settings, String effect) {

  /** What comes of a Pod, in words. */
  @FunctionalInterface
  public interface Sight {
    String of(Pod pod) throws Exception;
  }

  public RowCase {
    given = List.copyOf(given);
    settings = List.copyOf(settings);
  }

  /** The field, in the first of each list on its path, has this value, in JSON. */
  public static RowCase of(String path, String value, String effect) {
    return settings(path, effect, first(path) + " = " + value);
  }

  /** The field is in something larger, or does nothing alone. */
  public static RowCase settings(String path, String effect, String... settings) {
    return new RowCase(path, List.of(), List.of(settings), effect);
  }

  public RowCase given(String... before) {
    return new RowCase(
        path, Stream.concat(given.stream(), Stream.of(before)).toList(), settings, effect);
  }

  /** The path with an index in the place of each pair of brackets. */
  public static String first(String path) {
    return path.replace("[]", "[0]");
  }

  public void check(Pod base, Sight sight) throws Exception {
    Pod before = RowPods.with(base, given.toArray(String[]::new));
    assertThat(sight.of(before)).doesNotContain(effect);
    checkAfter(before, sight);
  }

  /** The same of an effect that every Pod has, asked for or not. */
  public void checkOfAnyPod(Pod base, Sight sight) throws Exception {
    checkAfter(RowPods.with(base, given.toArray(String[]::new)), sight);
  }

  private void checkAfter(Pod before, Sight sight) throws Exception {
    assertThat(sight.of(RowPods.with(before, settings.toArray(String[]::new)))).contains(effect);
  }

  /**
   * Fails if a row is translated and has no case.
   *
   * @param elsewhere paths that are tested elsewhere; {@code @} stands for the lists of containers
   */
  public static void assertNoneIsMissing(
      FieldTable table, Collection<RowCase> cases, Set<String> elsewhere) {
    Set<String> tested = new TreeSet<>();
    cases.forEach(each -> tested.add(each.path()));
    for (String path : elsewhere) {
      tested.add(path.replace("@", "spec.containers[]"));
      tested.add(path.replace("@", "spec.initContainers[]"));
    }
    assertThat(table.rows())
        .filteredOn(row -> row.verdict() == FieldRow.Verdict.TRANSLATED)
        .extracting(FieldRow::path)
        .allMatch(tested::contains);
  }

  /** For the name of a test. */
  @Override
  public String toString() {
    return path;
  }
}
