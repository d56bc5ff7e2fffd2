package dev.outrigger.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.ProviderFactory;
import dev.outrigger.provider.fields.FieldRow;
import dev.outrigger.provider.fields.FieldRow.Verdict;
import dev.outrigger.provider.fields.FieldTable;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A remedy that names another provider is one: that provider does not refuse the same. */
class RemediesTest {

  private static final String TO_ECS = "ECS node";

  private static FieldTable table(String provider) {
    return ServiceLoader.load(ProviderFactory.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(factory -> factory.name().equals(provider))
        .findFirst()
        .flatMap(ProviderFactory::fields)
        .orElseThrow();
  }

  @Test
  void lambdaSendsNobodyToEcsWithWhatIsRefusedThereToo() {
    FieldTable ecs = table("ecs");
    FieldTable lambda = table("lambda");
    List<FieldRow> sending =
        lambda.rows().stream().filter(row -> row.note().contains(TO_ECS)).toList();

    assertThat(sending).isNotEmpty();
    assertThat(sending).allMatch(row -> takesMore(ecs, row));
    assertThat(lambda.rowOf("spec.unheardOf").note()).doesNotContain(TO_ECS);
  }

  /** Whether the table takes the field, or a part of it, with a value that the row refuses. */
  private static boolean takesMore(FieldTable table, FieldRow refusing) {
    Stream<FieldRow> below =
        table.rows().stream().filter(row -> row.path().startsWith(refusing.path()));
    return Stream.concat(Stream.of(table.rowOf(refusing.path())), below)
        .filter(row -> row.verdict() != Verdict.REFUSED)
        .anyMatch(
            row -> row.accepted().isEmpty() || !refusing.accepted().containsAll(row.accepted()));
  }
}
