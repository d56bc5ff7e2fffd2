package dev.outrigger.agent.pod;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;

class ReplacementTest {

  @Test
  void onlyAControllersPodThatAlwaysRestartsIsRefusedOnSingleRuns() throws Exception {
    Replacement.refuseOnSingleRuns(pod("Always", "Job", false));
    Replacement.refuseOnSingleRuns(pod("OnFailure", "Job", true));
    Replacement.refuseOnSingleRuns(pod("Never", "Job", true));

    assertThatThrownBy(() -> Replacement.refuseOnSingleRuns(pod("Always", "ReplicaSet", true)))
        .hasMessageContaining("metadata.ownerReferences")
        .hasMessageContaining("its ReplicaSet would replace it");
  }

  private static Pod pod(String restartPolicy, String kind, boolean controller) {
    return new PodBuilder()
        .withNewMetadata()
        .addNewOwnerReference()
        .withKind(kind)
        .withName("owner")
        .withController(controller)
        .endOwnerReference()
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy(restartPolicy)
        .endSpec()
        .build();
  }
}
