package dev.outrigger.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others wrote over, and the patch that sets it right. */
final class StatusDriftTest {

  private static final String AS_WRITTEN =
      """
      phase: Running
      podIP: 10.0.0.7
      podIPs: [{ip: 10.0.0.7}]
      hostIP: 10.0.0.1
      hostIPs: [{ip: 10.0.0.1}]
      conditions:
      - {type: Ready, status: "True"}
      - {type: ContainersReady, status: "True"}
      containerStatuses:
      - {name: c, restartCount: 1, ready: true, image: i, state: {running: {startedAt: "2026-01-01T00:00:00Z"}}}
      """;
  private static final PodStatus WRITTEN = status(AS_WRITTEN);

  @Test
  void conditionThatTheNodeLifeCycleControllerTookAwayIsWrittenAgain() {
    PodStatus seen =
        seen(
            "type: Ready, status: \"True\"",
            "type: Ready, status: \"False\", reason: NodeNotReady");

    assertThat(StatusPatch.between("u", StatusDrift.of(WRITTEN, seen).orElseThrow(), WRITTEN))
        .get()
        .asString()
        .contains("\"Ready\"")
        .contains("\"True\"")
        .doesNotContain("ContainersReady")
        .doesNotContain("containerStatuses");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "phase: Running > phase: Pending",
        "podIP: 10.0.0.7 > podIP: 1.2.3.4",
        "hostIP: 10.0.0.1 > hostIP: 1.2.3.4",
        "restartCount: 1 > restartCount: 5",
        "ready: true > ready: false",
        "state: {running > state: {waiting",
        "- {type: ContainersReady, status: \"True\"} > ",
      })
  void whatOthersChangeIsSetRight(String change) {
    String[] fromTo = change.split(" > ", -1);
    PodStatus seen = seen(fromTo[0], fromTo[1]);

    PodStatus drifted = StatusDrift.of(WRITTEN, seen).orElseThrow();

    assertThat(StatusPatch.between("u", drifted, WRITTEN)).isPresent();
    assertThat(StatusDrift.of(WRITTEN, WRITTEN)).isEmpty();
  }

  @Test
  void aStatusThatSomebodyEmptiedIsWrittenWhole() {
    PodStatus drifted = StatusDrift.of(WRITTEN, new PodStatus()).orElseThrow();

    assertThat(StatusPatch.between("u", drifted, WRITTEN))
        .get()
        .asString()
        .contains("phase", "podIP", "hostIP", "containerStatuses", "ContainersReady");
  }

  @Test
  void whatBelongsToOthersOrTakesAnotherFormIsNoDrift() {
    assertThat(StatusDrift.of(new PodStatus(), WRITTEN)).isEmpty();
    PodStatus more =
        status(
            AS_WRITTEN.replace("image: i", "image: docker.io/i")
                + "qosClass: Burstable\nmessage: theirs\ninitContainerStatuses: []\n");
    more.getConditions()
        .addAll(status("conditions: [{type: gate, status: \"True\"}]").getConditions());
    assertThat(StatusDrift.of(WRITTEN, more)).isEmpty();
  }

  @Test
  void anEndThatSomebodyElseWroteStands() {
    assertThat(StatusDrift.of(WRITTEN, seen("phase: Running", "phase: Failed"))).isEmpty();
  }

  private static PodStatus seen(String from, String to) {
    assertThat(AS_WRITTEN).contains(from);
    return status(AS_WRITTEN.replace(from, to));
  }

  private static PodStatus status(String yaml) {
    return Serialization.unmarshal("---\n" + yaml, PodStatus.class);
  }
}
