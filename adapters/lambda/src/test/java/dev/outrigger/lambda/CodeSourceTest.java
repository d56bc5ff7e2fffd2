package dev.outrigger.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.Refusals;
import dev.outrigger.provider.testkit.TokenVolumes;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import org.junit.jupiter.api.Test;

class CodeSourceTest {

  @Test
  void theAutomaticTokenPassesAndAVolumeThatIsOnlyNamedLikeItDoesNot() {
    assertThat(refused(TokenVolumes.volume())).isFalse();
    assertThat(refused(TokenVolumes.lookalike())).isTrue();
  }

  private static boolean refused(Volume volume) {
    Refusals refusals = new Refusals();
    var pod =
        new PodBuilder()
            .withNewSpec()
            .withVolumes(volume)
            .addNewContainer()
            .withName("main")
            .withVolumeMounts(TokenVolumes.mount())
            .endContainer()
            .endSpec()
            .build();
    CodeSource.checkVolumes(pod, false, refusals);
    return !refusals.isEmpty();
  }
}
