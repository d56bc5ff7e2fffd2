package dev.outrigger.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.aws.AwsSettings;
import dev.outrigger.provider.ResolvedVolume;
import dev.outrigger.provider.VolumeFile;
import dev.outrigger.provider.fields.FieldRow;
import dev.outrigger.provider.testkit.RowPods;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row that is translated, from the field to what Lambda is sent. */
class LambdaFieldRowsTest {

  /**
   * One row: the field set, and what stands in the plan then and not before.
   *
   * @param settings see {@link RowPods#with}
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
          "spec.readinessGates",
          "spec.containers[].terminationMessagePolicy",
          // Resolved by the agent into env.
          "spec.containers[].envFrom");

  private static final Pod BASE =
      RowPods.with(
          new Pod(),
          "metadata.name = \"row\"",
          "metadata.namespace = \"default\"",
          "spec.containers = [{\"name\": \"main\","
              + " \"image\": \"1.dkr.ecr.us-west-2.amazonaws.com/f:1\", \"command\": [\"a.b\"]}]");

  private static final List<String> CODE =
      List.of(
          "spec.volumes[0] = {\"name\": \"code\", \"configMap\": {\"name\": \"code\"}}",
          "spec.containers[0].volumeMounts[0] = {\"name\": \"code\", \"mountPath\": \"/var/task\"}");

  private static final List<Row> ROWS =
      List.of(
          row("name", "\"other\"", "container=other"),
          row("image", "\"2.dkr.ecr.us-west-2.amazonaws.com/g:2\"", "uri=2.dkr.ecr"),
          row("command", "[\"c.d\"]", "command=[c.d]"),
          row("args", "[\"{\\\"x\\\": 1}\"]", "payload={\"x\": 1}"),
          row("workingDir", "\"/w\"", "workingDir=Optional[/w]"),
          row("env", "[{\"name\": \"COLOUR\", \"value\": \"red\"}]", "COLOUR=red"),
          row("resources.limits.memory", "\"3Gi\"", "memory=3072"),
          row("resources.requests.memory", "\"2Gi\"", "memory=2048"),
          row("resources.limits.ephemeral-storage", "\"4Gi\"", "storage=4096"),
          new Row("spec.containers[].volumeMounts", CODE, "runtime=python3.12, handler=a.b"),
          new Row("spec.volumes", CODE, "runtime=python3.12, handler=a.b"),
          new Row(
              "spec.activeDeadlineSeconds",
              List.of("spec.activeDeadlineSeconds = 77"),
              "timeout=77"));

  private static Row row(String field, String value, String sent) {
    return new Row(
        "spec.containers[]." + field, List.of("spec.containers[0]." + field + " = " + value), sent);
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
    List<ResolvedVolume> volumes = new ArrayList<>();
    if (!pod.getSpec().getVolumes().isEmpty()) {
      byte[] code = "def b(e, c): pass".getBytes(StandardCharsets.UTF_8);
      volumes.add(new ResolvedVolume("code", List.of(new VolumeFile("a.py", code, 0644, false))));
    }
    LambdaConfig config = SimulatedLambda.config(AwsSettings.of("us-west-2", Optional.empty()));
    InvocationPlan plan =
        new LambdaFunctionMapper(config)
            .plan(RowPods.work(pod, volumes.toArray(ResolvedVolume[]::new)));
    FunctionSpec spec = ((InvocationPlan.Target.Managed) plan.target()).spec();
    return "container=%s payload=%s code=%s memory=%d storage=%d timeout=%d environment=%s"
        .formatted(
            plan.container(),
            new String(plan.payload(), StandardCharsets.UTF_8),
            spec.code(),
            spec.memory(),
            spec.storage(),
            spec.timeoutSeconds(),
            spec.environment());
  }

  @Test
  void noTranslatedRowIsLeftOut() {
    Set<String> tested = new TreeSet<>(OF_THE_AGENT);
    ROWS.forEach(row -> tested.add(row.path()));
    assertThat(LambdaFields.TABLE.rows())
        .filteredOn(row -> row.verdict() == FieldRow.Verdict.TRANSLATED)
        .extracting(FieldRow::path)
        .allMatch(tested::contains);
  }
}
