package dev.outrigger.ecs;

import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.testkit.RowCase;
import dev.outrigger.provider.testkit.RowPods;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row that is translated, from the field to what ECS is sent. */
class EcsFieldRowsTest {

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

  private static final List<RowCase> ROWS = rows();

  private static String container(String name) {
    return "{\"name\": \"%s\", \"image\": \"busybox:1\", \"command\": [\"sh\"]}".formatted(name);
  }

  private static List<RowCase> rows() {
    List<RowCase> rows = new ArrayList<>();
    for (String c : List.of("spec.containers[]", "spec.initContainers[]")) {
      rows.add(RowCase.of(c + ".name", "\"other\"", "\"name\":\"other\""));
      rows.add(RowCase.of(c + ".image", "\"alpine:3\"", "\"image\":\"alpine:3\""));
      rows.add(RowCase.of(c + ".command", "[\"env\", \"-i\"]", "\"entryPoint\":[\"env\"]"));
      rows.add(RowCase.of(c + ".args", "[\"-c\"]", "\"command\":[\"-c\"]"));
      rows.add(RowCase.of(c + ".workingDir", "\"/w\"", "\"workingDirectory\":\"/w\""));
      rows.add(
          RowCase.of(
              c + ".env",
              "[{\"name\": \"A\", \"value\": \"b\"}]",
              "{\"name\":\"A\",\"value\":\"b\"}"));
      for (String kind : List.of("requests", "limits")) {
        String resources = c + ".resources." + kind + ".";
        rows.add(RowCase.of(resources + "cpu", "\"3\"", "\"cpu\":\"4096\""));
        rows.add(RowCase.of(resources + "memory", "\"7Gi\"", "\"memory\":\"7168\""));
        rows.add(
            RowCase.of(
                resources + "ephemeral-storage",
                "\"50Gi\"",
                "\"ephemeralStorage\":{\"sizeInGiB\":50}"));
      }
      rows.addAll(mounts(c));
      rows.addAll(security(c + ".securityContext."));
      rows.add(
          RowCase.of(
              c + ".securityContext.readOnlyRootFilesystem",
              "true",
              "\"readonlyRootFilesystem\":true"));
      rows.add(
          RowCase.of(c + ".securityContext.capabilities.drop", "[\"ALL\"]", "\"drop\":[\"ALL\"]"));
    }
    rows.add(
        RowCase.of(
            "spec.initContainers[].restartPolicy",
            "\"Always\"",
            "{\"condition\":\"START\",\"containerName\":\"first\"}"));
    rows.addAll(security("spec.securityContext."));
    rows.add(RowCase.of("spec.terminationGracePeriodSeconds", "77", "\"stopTimeout\":77"));
    rows.add(
        RowCase.settings(
            "spec.volumes[].name",
            "\"volumes\":[{\"name\":\"disk\"}]",
            "spec.volumes[0] = {\"name\": \"disk\", \"emptyDir\": {}}"));
    rows.add(
        RowCase.settings(
            "spec.volumes[].emptyDir",
            "\"volumes\":[{\"name\":\"v\"}]",
            "spec.volumes[0] = {\"name\": \"v\", \"emptyDir\": {}}"));
    rows.add(
        RowCase.settings(
            "spec.volumes[].emptyDir.sizeLimit",
            "\"sizeInGiB\":",
            "spec.volumes[0] = {\"name\": \"v\", \"emptyDir\": {\"sizeLimit\": \"60Gi\"}}"));
    return rows;
  }

  private static List<RowCase> mounts(String container) {
    String volume = "spec.volumes[0] = {\"name\": \"v\", \"emptyDir\": {}}";
    String mounts = container + ".volumeMounts[]";
    String mount = RowCase.first(mounts) + " = {\"name\": \"v\", \"mountPath\": \"/data\"%s}";
    return List.of(
        RowCase.settings(mounts + ".name", "\"sourceVolume\":\"v\"", mount.formatted(""))
            .given(volume),
        RowCase.settings(mounts + ".mountPath", "\"containerPath\":\"/data\"", mount.formatted(""))
            .given(volume),
        RowCase.of(mounts + ".readOnly", "true", "\"readOnly\":true")
            .given(volume, mount.formatted("")));
  }

  private static List<RowCase> security(String context) {
    String user = RowCase.first(context) + "runAsUser = 1000";
    return List.of(
        RowCase.of(context + "runAsUser", "1000", "\"user\":\"1000\""),
        RowCase.of(context + "runAsGroup", "2000", "\"user\":\"1000:2000\"").given(user),
        RowCase.settings(
            context + "runAsNonRoot",
            "\"user\":\"1000\"",
            user,
            RowCase.first(context) + "runAsNonRoot = true"));
  }

  static Stream<RowCase> everyRow() {
    return ROWS.stream();
  }

  @ParameterizedTest
  @MethodSource("everyRow")
  void theFieldIsInWhatIsSent(RowCase row) throws Exception {
    row.check(BASE, EcsFieldRowsTest::sent);
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
    RowCase.assertNoneIsMissing(EcsFields.TABLE, ROWS, OF_THE_AGENT);
  }
}
