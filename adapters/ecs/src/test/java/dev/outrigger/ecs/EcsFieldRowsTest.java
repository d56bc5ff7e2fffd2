package dev.outrigger.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.fields.FieldRow;
import dev.outrigger.provider.testkit.RowPods;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row that is translated, from the field to what ECS is sent. */
class EcsFieldRowsTest {

  /**
   * One row: the field set, and what stands in the request then and not before.
   *
   * @param settings see {@link RowPods#with}; {@code @} stands for the container
   */
  record Row(String path, List<String> settings, String sent) {
    @Override
    public String toString() {
      return path;
    }
  }

  /** What the agent does by itself, whatever the provider; tested there. */
  private static final Set<String> OF_THE_AGENT =
      Set.of(
          "spec.restartPolicy",
          "spec.activeDeadlineSeconds",
          "spec.readinessGates",
          "@.terminationMessagePolicy",
          "@.livenessProbe",
          "@.readinessProbe",
          "@.startupProbe",
          "@.lifecycle.postStart",
          "@.lifecycle.preStop",
          // Resolved by the agent into env.
          "@.envFrom");

  private static final Pod BASE =
      RowPods.with(
          new Pod(),
          "metadata.name = \"row\"",
          "metadata.namespace = \"default\"",
          "spec.initContainers = [" + container("first") + "]",
          "spec.containers = [" + container("main") + "]");

  private static final List<Row> ROWS = rows();

  private static String container(String name) {
    return "{\"name\": \"%s\", \"image\": \"busybox:1\", \"command\": [\"sh\"]}".formatted(name);
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (String c : List.of("spec.containers[]", "spec.initContainers[]")) {
      rows.add(row(c + ".name", "\"other\"", "\"name\":\"other\""));
      rows.add(row(c + ".image", "\"alpine:3\"", "\"image\":\"alpine:3\""));
      rows.add(row(c + ".command", "[\"env\", \"-i\"]", "\"entryPoint\":[\"env\"]"));
      rows.add(row(c + ".args", "[\"-c\"]", "\"command\":[\"-c\"]"));
      rows.add(row(c + ".workingDir", "\"/w\"", "\"workingDirectory\":\"/w\""));
      rows.add(
          row(
              c + ".env",
              "[{\"name\": \"A\", \"value\": \"b\"}]",
              "{\"name\":\"A\",\"value\":\"b\"}"));
      for (String kind : List.of("requests", "limits")) {
        String resources = c + ".resources." + kind + ".";
        rows.add(row(resources + "cpu", "\"3\"", "\"cpu\":\"4096\""));
        rows.add(row(resources + "memory", "\"7Gi\"", "\"memory\":\"7168\""));
        rows.add(
            row(
                resources + "ephemeral-storage",
                "\"50Gi\"",
                "\"ephemeralStorage\":{\"sizeInGiB\":50}"));
      }
      rows.addAll(mounts(c));
      rows.addAll(security(c + ".securityContext."));
      rows.add(
          row(
              c + ".securityContext.readOnlyRootFilesystem",
              "true",
              "\"readonlyRootFilesystem\":true"));
      rows.add(row(c + ".securityContext.capabilities.drop", "[\"ALL\"]", "\"drop\":[\"ALL\"]"));
    }
    rows.add(
        row(
            "spec.initContainers[].restartPolicy",
            "\"Always\"",
            "{\"condition\":\"START\",\"containerName\":\"first\"}"));
    rows.addAll(security("spec.securityContext."));
    rows.add(row("spec.terminationGracePeriodSeconds", "77", "\"stopTimeout\":77"));
    rows.add(
        new Row(
            "spec.volumes[].name",
            List.of("spec.volumes[0] = {\"name\": \"disk\", \"emptyDir\": {}}"),
            "\"volumes\":[{\"name\":\"disk\"}]"));
    rows.add(
        new Row(
            "spec.volumes[].emptyDir",
            List.of("spec.volumes[0] = {\"name\": \"v\", \"emptyDir\": {}}"),
            "\"volumes\":[{\"name\":\"v\"}]"));
    rows.add(
        new Row(
            "spec.volumes[].emptyDir.sizeLimit",
            List.of("spec.volumes[0] = {\"name\": \"v\", \"emptyDir\": {\"sizeLimit\": \"60Gi\"}}"),
            "\"sizeInGiB\":"));
    return rows;
  }

  private static List<Row> mounts(String container) {
    String volume = "spec.volumes[0] = {\"name\": \"v\", \"emptyDir\": {}}";
    String mount =
        container.replace("[]", "[0]")
            + ".volumeMounts[0] = {\"name\": \"v\", \"mountPath\": \"/data\"%s}";
    String path = container + ".volumeMounts[].";
    return List.of(
        new Row(path + "name", List.of(volume, mount.formatted("")), "\"sourceVolume\":\"v\""),
        new Row(
            path + "mountPath",
            List.of(volume, mount.formatted("")),
            "\"containerPath\":\"/data\""),
        new Row(
            path + "readOnly",
            List.of(volume, mount.formatted(", \"readOnly\": true")),
            "\"readOnly\":true"));
  }

  private static List<Row> security(String context) {
    String at = context.replace("[]", "[0]");
    return List.of(
        row(context + "runAsUser", "1000", "\"user\":\"1000\""),
        new Row(
            context + "runAsGroup",
            List.of(at + "runAsUser = 1000", at + "runAsGroup = 2000"),
            "\"user\":\"1000:2000\""),
        new Row(
            context + "runAsNonRoot",
            List.of(at + "runAsUser = 1000", at + "runAsNonRoot = true"),
            "\"user\":\"1000\""));
  }

  private static Row row(String path, String value, String sent) {
    return new Row(path, List.of(path.replace("[]", "[0]") + " = " + value), sent);
  }

  static Stream<Row> everyRow() {
    return ROWS.stream();
  }

  @ParameterizedTest
  @MethodSource("everyRow")
  void theFieldIsInWhatIsSent(Row row) throws Exception {
    assertThat(sent(BASE)).doesNotContain(row.sent());
    assertThat(sent(RowPods.with(BASE, row.settings().toArray(String[]::new))))
        .contains(row.sent());
  }

  private static String sent(Pod pod) throws Exception {
    EcsTaskMapper mapper = new EcsTaskMapper(Configs.config(Map.of()));
    PodWork work = RowPods.work(pod);
    mapper.check(work);
    TaskPlan plan = mapper.plan(work, Map.of());
    return SdkJson.canonical(plan.shape()) + SdkJson.canonical(plan.overrides());
  }

  @Test
  void noTranslatedRowIsLeftOut() {
    Set<String> tested = new TreeSet<>();
    ROWS.forEach(row -> tested.add(row.path()));
    for (String path : OF_THE_AGENT) {
      tested.add(path.replace("@", "spec.containers[]"));
      tested.add(path.replace("@", "spec.initContainers[]"));
    }
    assertThat(EcsFields.TABLE.rows())
        .filteredOn(row -> row.verdict() == FieldRow.Verdict.TRANSLATED)
        .extracting(FieldRow::path)
        .allMatch(tested::contains);
  }
}
