package dev.outrigger.ecs;

import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.testkit.PodWorks;
import dev.outrigger.provider.testkit.ProviderContract;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;

class EcsContractTest extends ProviderContract {

  private static final SimulatedEcs ECS = new SimulatedEcs();

  @AfterAll
  static void stop() {
    ECS.close();
  }

  @Override
  protected Provider newProvider() {
    return ECS.provider(SimulatedEcs.NODE);
  }

  @Override
  protected Optional<Provider> newProviderOfAnotherNode() {
    return Optional.of(ECS.provider("node.two"));
  }

  @Override
  protected int startsOf(PodAttempt attempt) {
    return ECS.startsOf(attempt);
  }

  /** StopTask cannot kill at once: SIGTERM comes first, of which {@code sleep} dies. */
  @Override
  protected OptionalInt exitCodeOfKilled() {
    return OptionalInt.of(143);
  }

  @Override
  protected PodWork sleep(PodAttempt attempt) {
    PodWork work = PodWorks.sleep(attempt);
    var pod =
        new PodBuilder(work.pod())
            .editSpec()
            .withTerminationGracePeriodSeconds(2L)
            .endSpec()
            .build();
    return new PodWork(attempt, pod, work.initContainers(), work.containers(), work.volumes());
  }
}
