package dev.outrigger.agent.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

class StatusOverlayTest {

  private static final PodStatus WRITTEN =
      status(
          """
          phase: Running
          conditions:
          - {type: Ready, status: "True"}
          - {type: ContainersReady, status: "True"}
          containerStatuses: [{name: c, restartCount: 1}]
          """);

  @Test
  void whatBelongsToOthersStaysAndTheNodesOwnPartIsTheLatest() {
    PodStatus seen =
        status(
            """
            phase: Pending
            qosClass: Burstable
            conditions:
            - {type: PodScheduled, status: "True"}
            - {type: example.com/gate, status: "False"}
            - {type: Ready, status: "False"}
            """);

    PodStatus whole = StatusOverlay.of(seen, WRITTEN);

    assertThat(whole.getPhase()).isEqualTo("Running");
    assertThat(whole.getQosClass()).isEqualTo("Burstable");
    assertThat(whole.getConditions())
        .extracting(PodCondition::getType, PodCondition::getStatus)
        .containsExactlyInAnyOrder(
            tuple("PodScheduled", "True"),
            tuple("example.com/gate", "False"),
            tuple("Ready", "True"),
            tuple("ContainersReady", "True"));
    assertThat(whole.getContainerStatuses()).hasSize(1);
  }

  private static PodStatus status(String yaml) {
    return Serialization.unmarshal("---\n" + yaml, PodStatus.class);
  }
}
