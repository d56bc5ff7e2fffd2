package dev.outrigger.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.testkit.PodWorks;
import dev.outrigger.simulator.fault.Fault;
import dev.outrigger.simulator.fault.FaultRule;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.ClusterSetting;
import software.amazon.awssdk.services.ecs.model.ClusterSettingName;

/** What the contract does not ask of measurements, and Container Insights make of them. */
class EcsStatsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private final SimulatedEcs ecs = new SimulatedEcs();
  private final EcsProvider provider = ecs.provider(SimulatedEcs.NODE);

  @AfterEach
  void close() {
    provider.close();
    ecs.close();
  }

  @Test
  void aClusterWithoutContainerInsightsIsNotMeasuredAndThatIsNoError() throws Exception {
    ClusterSetting off =
        ClusterSetting.builder()
            .name(ClusterSettingName.CONTAINER_INSIGHTS)
            .value("disabled")
            .build();
    ecs.with(client -> client.updateClusterSettings(c -> c.cluster("demo").settings(off)));
    running();

    // Longer than it takes a cluster that has them to report.
    await()
        .atMost(PATIENCE)
        .during(Duration.ofSeconds(4))
        .until(() -> provider.stats().orElseThrow().stats().isEmpty());
  }

  @Test
  void aThrottledReadingLeavesTheLatestMeasurement() throws Exception {
    PodAttempt attempt = running();
    await().atMost(PATIENCE).until(() -> provider.stats().orElseThrow().stats().size() == 1);
    ecs.simulator()
        .faults()
        .inject(FaultRule.always("logs", "FilterLogEvents", new Fault.Throttle()));

    for (int i = 0; i < 3; i++) {
      assertThat(provider.stats().orElseThrow().stats())
          .singleElement()
          .satisfies(s -> assertThat(s.attempt()).isEqualTo(attempt));
    }
  }

  private PodAttempt running() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("measured");
    provider.create(PodWorks.sleep(attempt));
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                provider.list().getFirst().containers().getFirst().state()
                    instanceof ContainerState.Running);
    return attempt;
  }
}
