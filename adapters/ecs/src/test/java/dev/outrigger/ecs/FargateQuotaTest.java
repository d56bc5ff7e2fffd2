package dev.outrigger.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.outrigger.simulator.SimulatorConfig;
import dev.outrigger.simulator.fault.Fault;
import dev.outrigger.simulator.fault.FaultRule;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How much can run on an ECS node at once is what its account's quota permits. */
class FargateQuotaTest {

  private static final Fault BROKEN = new Fault.ServerError(500);
  private static final Fault SILENT = new Fault.Latency(Duration.ofMinutes(1));

  @Test
  void theAccountsQuotaOfVcpusIsTheNodesCpu() throws Exception {
    try (SimulatedEcs aws = new SimulatedEcs();
        EcsProvider provider = aws.provider(SimulatedEcs.NODE)) {
      assertThat(cpu(provider))
          .isEqualTo(Map.of("cpu", String.valueOf(SimulatorConfig.defaults().fargateVcpus())));
    }
  }

  @Test
  void anAccountThatNeverAskedForAQuotaHasTheDefault() throws Exception {
    try (SimulatedEcs aws = new SimulatedEcs(c -> c.withFargateVcpus(null));
        EcsProvider provider = aws.provider(SimulatedEcs.NODE)) {
      assertThat(cpu(provider)).isEqualTo(Map.of("cpu", "6"));
    }
  }

  @Test
  void aQuotaThatNobodyTellsLeavesTheNodeAsItIs() throws Exception {
    try (SimulatedEcs aws = new SimulatedEcs();
        EcsProvider provider = aws.provider(SimulatedEcs.NODE)) {
      aws.simulator().faults().inject(FaultRule.always("servicequotas", "*", BROKEN));
      assertThat(cpu(provider)).isEmpty();
    }
  }

  @Test
  void aNetworkWithoutServiceQuotasDoesNotHoldTheNodeUp() throws Exception {
    try (SimulatedEcs aws = new SimulatedEcs();
        EcsProvider provider = aws.provider(SimulatedEcs.NODE)) {
      aws.simulator().faults().inject(FaultRule.always("servicequotas", "*", SILENT));
      assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertThat(cpu(provider)).isEmpty());
    }
  }

  private static Map<String, String> cpu(EcsProvider provider) throws Exception {
    return provider.nodeState().orElseThrow().state().allocatable();
  }
}
