package dev.outrigger.lambda;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.aws.AwsSettings;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.ResolvedVolume;
import dev.outrigger.provider.VolumeFile;
import dev.outrigger.provider.testkit.RowCase;
import dev.outrigger.provider.testkit.RowPods;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every row that is translated, from the field to what Lambda is sent. */
class LambdaFieldRowsTest {

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

  private static final List<RowCase> ROWS =
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
          new RowCase(
              "spec.containers[].volumeMounts", List.of(), CODE, "runtime=python3.12, handler=a.b"),
          new RowCase("spec.volumes[].name", List.of(), CODE, "runtime=python3.12, handler=a.b"),
          new RowCase(
              "spec.volumes[].configMap", List.of(), CODE, "runtime=python3.12, handler=a.b"),
          RowCase.of("spec.activeDeadlineSeconds", "77", "timeout=77"));

  private static RowCase row(String field, String value, String sent) {
    return RowCase.of("spec.containers[]." + field, value, sent);
  }

  static Stream<RowCase> everyRow() {
    return ROWS.stream();
  }

  @ParameterizedTest
  @MethodSource("everyRow")
  void theFieldIsInWhatIsSent(RowCase row) throws Exception {
    row.check(BASE, LambdaFieldRowsTest::sent);
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

  @ParameterizedTest
  @ValueSource(strings = {"secret", "emptyDir", "projected", "hostPath", "nfs", "downwardAPI"})
  void volumeOfAnotherTypeIsRefusedByItsTypeEvenWhereCodeStands(String type) {
    Pod pod = RowPods.with(BASE, CODE.toArray(String[]::new));
    Pod other =
        RowPods.with(
            pod, "spec.volumes[0] = {\"name\": \"code\", \"%s\": %s}".formatted(type, any(type)));

    assertThatThrownBy(() -> sent(other))
        .isInstanceOf(ProviderException.Unsupported.class)
        .hasMessageStartingWith("spec.volumes[0]." + type)
        .hasMessageNotContaining("is the code");
  }

  private static String any(String type) {
    return switch (type) {
      case "hostPath" -> "{\"path\": \"/x\"}";
      case "nfs" -> "{\"path\": \"/x\", \"server\": \"s\"}";
      case "secret" -> "{\"secretName\": \"s\"}";
      case "projected" -> "{\"sources\": [{\"configMap\": {\"name\": \"c\"}}]}";
      case "downwardAPI" ->
          "{\"items\": [{\"path\": \"p\", \"fieldRef\": {\"fieldPath\": \"metadata.name\"}}]}";
      default -> "{}";
    };
  }

  @Test
  void noTranslatedRowIsLeftOut() {
    RowCase.assertNoneIsMissing(LambdaFields.TABLE, ROWS, OF_THE_AGENT);
  }
}
