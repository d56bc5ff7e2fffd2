package dev.outrigger.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outrigger.provider.ProviderFactory;
import dev.outrigger.provider.fields.AnnotationTable;
import dev.outrigger.provider.fields.FieldRow;
import dev.outrigger.provider.fields.FieldTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/reference/pod-fields.md}: every field of a PodSpec that the API server knows, with
 * its fate on every provider. A Kubernetes version with a new field makes this fail until somebody
 * has decided. {@code -Doutrigger.updateDocs=true} writes the page.
 */
final class PodFieldsPageTest {

  private static final Path PAGE = Path.of("../docs/reference/pod-fields.md");

  private static final Map<String, FieldTable> TABLES = new TreeMap<>();
  private static List<String> leaves = List.of();
  private static String version = "";

  @BeforeAll
  static void readTheSchema() throws IOException {
    for (ProviderFactory factory : ServiceLoader.load(ProviderFactory.class)) {
      factory.fields().ifPresent(table -> TABLES.put(factory.name(), table));
    }
    Kubectl kubectl = Cluster.shared().kubectl();
    ObjectMapper json = new ObjectMapper();
    leaves = PodSpecFields.of(json.readTree(kubectl.get("get", "--raw", "/openapi/v3/api/v1")));
    var answer = json.readTree(kubectl.get("get", "--raw", "/version"));
    version = answer.path("major").asText() + "." + answer.path("minor").asText();
  }

  @Test
  void theSchemaIsReadInWhole() {
    assertThat(leaves).hasSizeGreaterThan(800);
    assertThat(leaves)
        .contains(
            "spec.containers[].env[].valueFrom.secretKeyRef.key",
            "spec.containers[].resources.limits.*",
            "spec.volumes[].projected.sources[].serviceAccountToken.audience");
    assertThat(TABLES).containsKeys("ecs", "lambda");
  }

  @Test
  void somebodyHasDecidedAboutEveryField() {
    List<String> undecided = new ArrayList<>();
    TABLES.forEach(
        (name, table) ->
            leaves.stream()
                .filter(leaf -> !table.knows(leaf))
                .forEach(leaf -> undecided.add(name + ": " + leaf)));
    assertThat(undecided).isEmpty();
  }

  @Test
  void thePageIsWhatTheTablesSay() throws IOException {
    String page = page();
    if (Boolean.getBoolean("outrigger.updateDocs")) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE))
        .as("write it anew with -Doutrigger.updateDocs=true, and read what has changed")
        .isEqualTo(page);
  }

  /** Fields next to each other of which every provider says the same share a line. */
  private static String page() {
    Map<String, List<String>> lines = new LinkedHashMap<>();
    for (String leaf : leaves.stream().flatMap(PodFieldsPageTest::named).toList()) {
      lines.computeIfAbsent(commonPath(leaf), path -> new ArrayList<>()).add(leaf);
    }
    StringBuilder out = new StringBuilder();
    out.append(
        """
        # What becomes of each field of a Pod

        Every field of `PodSpec` of Kubernetes %s (%d of them), on every provider. *translated*: it has its effect. *harmless*: it needs none, or is for others (the scheduler). *refused*: the Pod fails with an event that names the field; with "only" before values: refused with any other. `outrigger explain -f FILE` says the same of a manifest of yours. This page is made from the tables that the code goes by, and a test keeps it so.

        | field | fields | %s |
        |---|---|%s
        """
            .formatted(
                version,
                leaves.size(),
                String.join(" | ", TABLES.keySet()),
                "---|".repeat(TABLES.size())));
    lines.forEach(
        (path, below) -> {
          out.append("| `").append(path).append("` | ").append(below.size()).append(" |");
          TABLES.values().forEach(t -> out.append(' ').append(cell(t.rowOf(path))).append(" |"));
          out.append('\n');
        });
    return out.append(annotations()).toString();
  }

  private static String annotations() {
    StringBuilder out = new StringBuilder();
    out.append(
        """

        # Annotations of a Pod

        Those whose names begin with `%s` are Outrigger's. A node knows those of its provider; those of another one (`%s<provider>-…`) ride along without effect, and any other, or one with another value than is said here, is refused.

        | annotation | what it does |
        |---|---|
        """
            .formatted(AnnotationTable.DOMAIN, AnnotationTable.DOMAIN));
    TABLES.values().stream()
        .flatMap(table -> table.annotations().stream())
        .flatMap(table -> table.rows().stream())
        .forEach(
            row ->
                out.append("| `")
                    .append(row.path())
                    .append("` | ")
                    .append(cell(row))
                    .append(" |\n"));
    return out.toString();
  }

  /** Else an annotation of a provider would be refused on the nodes of the others. */
  @Test
  void everyProvidersAnnotationsAreKnownByItsWord() {
    List<String> words =
        ServiceLoader.load(ProviderFactory.class).stream()
            .map(factory -> factory.get().name())
            .toList();
    assertThat(AnnotationTable.PROVIDERS).containsExactlyInAnyOrderElementsOf(words);
    TABLES.forEach(
        (name, table) ->
            assertThat(table.annotations().orElseThrow().rows())
                .allMatch(row -> row.path().startsWith(AnnotationTable.DOMAIN + name + "-")));
  }

  /** The resources that have names of their own in every cluster, before any other. */
  private static Stream<String> named(String leaf) {
    boolean resources = leaf.endsWith(".limits.*") || leaf.endsWith(".requests.*");
    return resources && leaf.contains("ontainers[].resources.")
        ? Stream.of("cpu", "memory", "ephemeral-storage", "*").map(leaf.replace("*", "")::concat)
        : Stream.of(leaf);
  }

  /** The shortest path above the leaf at which no provider's answer changes any more. */
  private static String commonPath(String leaf) {
    String longest = "";
    for (FieldTable table : TABLES.values()) {
      String row = table.rowOf(leaf).path();
      longest = row.length() > longest.length() ? row : longest;
    }
    return longest;
  }

  private static String cell(FieldRow row) {
    String verdict = row.verdict().name().toLowerCase(Locale.ROOT);
    String values =
        row.accepted().isEmpty()
            ? ""
            : " only "
                + row.accepted().stream()
                    .sorted()
                    .map(value -> value.isEmpty() ? "empty" : value)
                    .collect(Collectors.joining(", "));
    return (verdict + values + ": " + row.note()).replace("|", "\\|");
  }
}
