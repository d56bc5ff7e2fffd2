package dev.outrigger.provider.fields;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.fields.FieldRow.Verdict;
import dev.outrigger.provider.testkit.TokenVolumes;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class FieldTableTest {

  private static final FieldTable TABLE =
      new FieldTable(
          List.of(
              FieldRow.translated("spec.containers[].name", "the name"),
              FieldRow.translated("spec.containers[].image", "the image"),
              FieldRow.translated("spec.containers[].resources.limits.memory", "memory"),
              FieldRow.refused("spec.containers[].resources.limits.*", "no such resource here"),
              FieldRow.refused("spec.containers[].livenessProbe", "no probes"),
              FieldRow.onlyWith("spec.hostNetwork", List.of("false"), "no host"),
              FieldRow.harmless("spec.tolerations", "the scheduler's")),
          "not known");

  @Test
  void acceptsAPodWhoseFieldsAreAllKnown() throws Exception {
    TABLE.check(spec("memory", false));
  }

  @Test
  void refusesTheFirstFieldThatCannotBeHonouredWithItsPathAndHint() {
    assertThatThrownBy(() -> TABLE.check(spec("nvidia.com/gpu", false)))
        .isInstanceOfSatisfying(
            ProviderException.Unsupported.class,
            e -> {
              assertThat(e.path()).isEqualTo("spec.containers[0].resources.limits.nvidia.com/gpu");
              assertThat(e.hint()).isEqualTo("no such resource here");
            });
  }

  @Test
  void aValueOutsideTheAcceptedOnesIsRefused() {
    assertThatThrownBy(() -> TABLE.check(spec("memory", true)))
        .hasMessageContaining("spec.hostNetwork");
  }

  @Test
  void aFieldThatMayOnlyBeThePodsNameIsRefusedWithAnother() throws Exception {
    FieldTable table =
        new FieldTable(
            List.of(
                FieldRow.onlyWith("spec.hostname", List.of(FieldRow.POD_NAME), "no other name")),
            "not known");
    PodBuilder web =
        new PodBuilder()
            .withNewMetadata()
            .withName("web-0")
            .endMetadata()
            .withNewSpec()
            .withHostname("web-0")
            .endSpec();

    table.check(web.build());
    assertThatThrownBy(
            () -> table.check(web.editMetadata().withName("web-1").endMetadata().build()))
        .hasMessageContaining(
            "spec.hostname is not supported: must be the Pod's name; no other name");
  }

  @Test
  void aFieldWithoutARowIsRefused() {
    PodSpec spec = spec("memory", false);
    spec.setHostPID(true);
    assertThatThrownBy(() -> TABLE.check(spec)).hasMessageContaining("spec.hostPID");
  }

  @Test
  void everyRefusedFieldIsNamedAtOnceWithItsHint() {
    PodSpec spec = spec("nvidia.com/gpu", true);
    spec.setHostPID(true);

    assertThatThrownBy(() -> TABLE.check(spec))
        .hasMessage(
            "spec.containers[0].resources.limits.nvidia.com/gpu is not supported: no such resource"
                + " here; also refused: spec.hostNetwork (must be false; no host), spec.hostPID (not"
                + " known)");
  }

  @Test
  void aWholeSubtreeIsJudgedOnceByItsRow() {
    PodSpec spec = spec("memory", false);
    spec.getContainers()
        .getFirst()
        .setLivenessProbe(
            new io.fabric8.kubernetes.api.model.ProbeBuilder()
                .withNewTcpSocket()
                .withNewPort(80)
                .endTcpSocket()
                .build());
    assertThat(TABLE.explain(spec))
        .filteredOn(f -> f.verdict() == Verdict.REFUSED)
        .extracting(FieldTable.Finding::path)
        .containsExactly("spec.containers[0].livenessProbe");
  }

  @Test
  void aSubtreeOfWhichNothingHasARowOfItsOwnIsJudgedOnce() {
    FieldTable table =
        new FieldTable(
            List.of(
                FieldRow.translated("spec.containers[].env", "variables"),
                FieldRow.refused("spec.containers[].env[].valueFrom.fileKeyRef", "no files")),
            "not known");
    PodSpec plain =
        new PodSpecBuilder()
            .addNewContainer()
            .addNewEnv()
            .withName("A")
            .withValue("1")
            .endEnv()
            .endContainer()
            .build();
    PodSpec file =
        new PodSpecBuilder()
            .addNewContainer()
            .addNewEnv()
            .withName("A")
            .withNewValueFrom()
            .withNewFileKeyRef("K", false, "a.env", "v")
            .endValueFrom()
            .endEnv()
            .endContainer()
            .build();

    assertThat(table.explain(plain))
        .containsExactly(
            new FieldTable.Finding("spec.containers[0].env", Verdict.TRANSLATED, "variables"));
    assertThatThrownBy(() -> table.check(file))
        .isInstanceOfSatisfying(
            ProviderException.Unsupported.class,
            e -> assertThat(e.path()).isEqualTo("spec.containers[0].env[0].valueFrom.fileKeyRef"));
  }

  @Test
  void theTokenThatTheApiServerAddsIsNeverRefused() {
    PodSpec spec = withVolume(TokenVolumes.volume(), TokenVolumes.mount());

    assertThat(TABLE.explain(spec))
        .filteredOn(f -> f.path().contains("olume"))
        .extracting(FieldTable.Finding::path, FieldTable.Finding::verdict)
        .containsExactlyInAnyOrder(
            tuple("spec.volumes[0]", Verdict.HARMLESS),
            tuple("spec.containers[0].volumeMounts[0]", Verdict.HARMLESS));
    PodSpec without = AutomaticToken.without(spec);
    assertThat(without.getVolumes()).isEmpty();
    assertThat(without.getContainers().getFirst().getVolumeMounts()).isEmpty();
    assertThat(spec.getVolumes()).hasSize(1);
  }

  @Test
  void aVolumeOfTheUsersWithSuchANameIsAsAnyOther() {
    Volume secretToo =
        new VolumeBuilder(TokenVolumes.volume())
            .editProjected()
            .addNewSource()
            .withNewSecret()
            .withName("mine")
            .endSecret()
            .endSource()
            .endProjected()
            .build();
    VolumeMount elsewhere =
        new VolumeMountBuilder(TokenVolumes.mount()).withMountPath("/etc/mine").build();

    for (PodSpec spec :
        List.of(
            withVolume(secretToo, TokenVolumes.mount()),
            withVolume(TokenVolumes.lookalike(), TokenVolumes.mount()),
            withVolume(TokenVolumes.volume(), elsewhere))) {
      assertThat(AutomaticToken.without(spec)).isEqualTo(spec);
      assertThatThrownBy(() -> TABLE.check(spec))
          .isInstanceOf(ProviderException.Unsupported.class)
          .hasMessageContaining("spec.volumes[0]")
          .hasMessageContaining("spec.containers[0].volumeMounts[0]");
    }
  }

  private static PodSpec withVolume(Volume volume, VolumeMount mount) {
    PodSpec spec = spec("memory", false);
    spec.setVolumes(List.of(volume));
    spec.getContainers().getFirst().setVolumeMounts(List.of(mount));
    return spec;
  }

  private static PodSpec spec(String resource, boolean hostNetwork) {
    return new PodBuilder()
        .withNewSpec()
        .withHostNetwork(hostNetwork)
        .addNewToleration()
        .withKey("a")
        .endToleration()
        .addNewContainer()
        .withName("c")
        .withImage("i")
        .withNewResources()
        .addToLimits(resource, new Quantity("512Mi"))
        .endResources()
        .endContainer()
        .endSpec()
        .build()
        .getSpec();
  }
}
