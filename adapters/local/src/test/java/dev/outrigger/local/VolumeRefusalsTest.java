package dev.outrigger.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.provider.AlsoRefused;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.testkit.PodWorks;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Volumes that cannot be mounted as they are asked for. */
class VolumeRefusalsTest extends HostFixture {

  @Test
  void aSubPathWithoutItsVariableOrWithASecretIsRefused() throws Exception {
    Provider provider = open(new MountNamespaces(Optional.of("--mount"), ""));
    MountedPod pod = MountedPod.of("expr", "true").scratch("s");
    PodWork missing = pod.mountPart("s", "/s", "", "$(ABSENT)").work();

    assertThatThrownBy(() -> provider.check(missing))
        .hasMessageContaining("spec.containers[0].volumeMounts[0].subPathExpr")
        .hasMessageContaining("missing value for \"ABSENT\"");
    PodWork secret = pod.secretEnv("ABSENT", "hush").work();
    assertThatThrownBy(() -> provider.check(secret))
        .isInstanceOf(ProviderException.Unsupported.class)
        .hasMessageNotContaining("hush");
  }

  @Test
  void everyMountThatCannotBeIsToldAtOnce() throws Exception {
    Provider provider = open(new MountNamespaces(Optional.of("--mount"), ""));
    PodWork work =
        MountedPod.of("both", "true")
            .scratch("s")
            .mountPart("s", "/s", "", "$(ABSENT)")
            .mountPart("s", "/t", "", "$(GONE)")
            .work();

    assertThatThrownBy(() -> provider.check(work))
        .isInstanceOfSatisfying(
            ProviderException.Invalid.class,
            e ->
                assertThat(e.also())
                    .extracting(AlsoRefused::path)
                    .containsExactly("spec.containers[0].volumeMounts[1].subPathExpr"))
        .hasMessageStartingWith("spec.containers[0].volumeMounts[0].subPathExpr");
  }

  @Test
  void withoutNamespacesVolumesAreRefusedWithTheReasonAndTheAutomaticTokenIsNot() throws Exception {
    Provider provider = open(MountNamespaces.none("not here"));
    PodAttempt attempt = PodWorks.newAttempt("refused");
    PodWork refused = MountedPod.of(attempt, "true").scratch("s").mount("s", "/s").work();
    PodWork token = MountedPod.of(attempt, "true").token().message("/dev/termination-log").work();

    assertThatThrownBy(() -> provider.check(refused))
        .isInstanceOfSatisfying(
            ProviderException.Unsupported.class,
            e -> assertThat(e.path()).isEqualTo("spec.volumes[0]"))
        .hasMessageContaining("not here");
    provider.create(token);
    assertThat(end(attempt).exitCode()).hasValue(0);
  }
}
