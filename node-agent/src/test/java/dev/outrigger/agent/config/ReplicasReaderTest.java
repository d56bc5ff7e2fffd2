package dev.outrigger.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.ConfigProblem;
import dev.outrigger.provider.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicasReaderTest {

  @TempDir Path folder;
  private final List<ConfigProblem> problems = new ArrayList<>();

  @Test
  void withoutTheSectionAnAgentIsAlone() throws Exception {
    assertThat(read(Map.of())).isEmpty();
    assertThat(problems).isEmpty();
  }

  @Test
  void anEmptySectionInAClusterHasTheDefaultsOfClientGo() throws Exception {
    Files.writeString(folder.resolve("namespace"), "outrigger-system\n");
    assertThat(read(Map.of("replicas", Map.of())))
        .contains(
            new ReplicasConfig(
                "outrigger-system",
                "outrigger",
                Duration.ofSeconds(15),
                Duration.ofSeconds(10),
                Duration.ofSeconds(2),
                0));
    assertThat(problems).isEmpty();
  }

  @Test
  void outsideAClusterTheNamespaceIsAskedFor() throws Exception {
    read(Map.of("replicas", Map.of()));
    assertThat(problems)
        .extracting(ConfigProblem::toString)
        .singleElement()
        .asString()
        .contains("replicas.namespace", "outside a cluster", "outrigger-system");
  }

  @Test
  void everyMistakeIsToldAtOnce() throws Exception {
    Map<String, Object> section =
        Map.of(
            "namespace", "Bad_One",
            "lease", "a.b",
            "leaseDuration", "10500ms",
            "renewDeadline", "12s",
            "retryPeriod", "10s",
            "healthzPort", 70000,
            "wait", 3);
    read(Map.of("replicas", section));
    assertThat(problems.stream().map(ConfigProblem::toString).toList().toString())
        .contains("replicas.namespace: must be at most 63 lower-case")
        .contains("replicas.lease: must be at most 63 lower-case")
        .contains("must be longer than renewDeadline (12s), not 10500ms")
        .contains("must be whole seconds")
        .contains("must be longer than 1.2 × retryPeriod (10s), not 12s")
        .contains("replicas.healthzPort", "from 0 to 65535")
        .contains("replicas.wait", "is not known here");
  }

  @Test
  void healthIsNotToldOnAPortOfANodesKubeletApi() throws Exception {
    read(Map.of("replicas", Map.of("namespace", "ns", "healthzPort", 10251)));
    assertThat(problems)
        .extracting(ConfigProblem::toString)
        .singleElement()
        .asString()
        .contains("replicas.healthzPort", "kubelet API: 10251");
    problems.clear();
    read(Map.of("replicas", Map.of("namespace", "ns", "healthzPort", 10252)));
    assertThat(problems).isEmpty();
  }

  private Optional<ReplicasConfig> read(Map<String, Object> values) {
    Settings top = new Settings("", values, problems);
    Optional<ReplicasConfig> read =
        new ReplicasReader(folder.resolve("namespace")).read(top, 10250, 2);
    top.finish();
    return read;
  }
}
