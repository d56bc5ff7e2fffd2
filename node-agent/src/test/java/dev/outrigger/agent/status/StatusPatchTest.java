package dev.outrigger.agent.status;

import static dev.outrigger.agent.status.Computed.compute;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodStatus;
import org.junit.jupiter.api.Test;

class StatusPatchTest {

  @Test
  void patchHoldsOnlyWhatChangedAndTheUid() {
    PodStatus before = compute("Always", new PodStatus(), "0", "R", "R");
    assertThat(StatusPatch.between("u", before, before)).isEmpty();
    PodStatus after = compute("Always", before, "0", "R", "0");
    String patch = StatusPatch.between("u", before, after).orElseThrow();
    assertThat(patch)
        .contains("\"uid\":\"u\"", "\"containerStatuses\"", "ContainersNotReady")
        .doesNotContain("\"phase\"", "initContainerStatuses", "\"hostIP\"", "Initialized");
  }

  /** The kubelet's merge leaves nothing of its own but phase, reason and message. */
  @Test
  void podThatIsRejectedAfterItWaitedShowsNoWaitingContainers() {
    PodStatus waiting = compute("Always", new PodStatus(), "0", "W", "W");
    PodStatus rejected = Computed.reject(waiting, "ProviderFailed");

    assertThat(StatusPatch.between("u", waiting, rejected).orElseThrow())
        .contains(
            "\"containerStatuses\":null",
            "\"hostIP\":null",
            "{\"$patch\":\"delete\",\"type\":\"ContainersReady\"}",
            "\"phase\":\"Failed\"")
        .doesNotContain("\"status\":\"");
    PodStatus whole = StatusOverlay.of(waiting, rejected);
    assertThat(whole.getContainerStatuses()).isEmpty();
    assertThat(whole.getConditions()).isEmpty();
  }

  @Test
  void messageOfAConditionThatHasNoneAnyMoreIsCleared() {
    PodStatus before = compute("Always", new PodStatus(), "0", "R", "W");
    PodStatus after = compute("Always", before, "0", "R", "R");
    assertThat(StatusPatch.between("u", before, after).orElseThrow())
        .contains("\"reason\":null", "\"message\":null");
  }
}
