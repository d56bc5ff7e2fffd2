package dev.outrigger.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** People and the Node are told which version this is. */
class VersionTest {

  @Test
  void theVersionIsTheBuildsOwn() {
    assertThat(Version.text()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
    assertThat(Version.kubelet()).endsWith("-outrigger-" + Version.text());
    assertThat(new Version().getVersion()).singleElement().asString().contains(Version.text());
  }
}
