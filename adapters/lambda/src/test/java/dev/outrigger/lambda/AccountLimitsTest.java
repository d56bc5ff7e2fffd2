package dev.outrigger.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.Provider;
import dev.outrigger.simulator.SimulatorConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How many Pods a Lambda node can run is what its account's concurrency permits. */
class AccountLimitsTest {

  @Test
  void theConcurrencyThatIsNotReservedIsTheNumberOfPods() throws Exception {
    try (SimulatedLambda aws = new SimulatedLambda();
        Provider provider = aws.provider("node")) {
      int account = SimulatorConfig.defaults().lambda().accountConcurrency();

      assertThat(provider.nodeState().orElseThrow().state().allocatable())
          .isEqualTo(Map.of("pods", Integer.toString(account)));
    }
  }
}
