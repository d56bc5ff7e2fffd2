package dev.outrigger.local;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.provider.testkit.RowPods;
import io.fabric8.kubernetes.api.model.Pod;
import org.junit.jupiter.api.Test;

/** Host names, which processes of the host cannot have. */
class HostNamesTest {

  private static Pod pod(String name) {
    return RowPods.with(
        new Pod(),
        "metadata.name = \"%s\"".formatted(name),
        "spec.hostname = \"web-0\"",
        "spec.subdomain = \"site\"");
  }

  @Test
  void aPodOfAStatefulSetPasses() throws Exception {
    HostFields.TABLE.check(pod("web-0"));
  }

  @Test
  void aPodThatWantsAnotherNameThanItsOwnIsRefused() {
    assertThatThrownBy(() -> HostFields.TABLE.check(pod("other")))
        .hasMessage(
            "spec.hostname is not supported: must be the Pod's name; processes have the host's"
                + " name, and the Pod's in HOSTNAME");
  }
}
