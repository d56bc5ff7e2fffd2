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
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EcsContractTest extends ProviderContract {

  private final SimulatedEcs ecs = new SimulatedEcs();

  @AfterAll
  void stop() {
    ecs.close();
  }

  @Override
  protected Provider newProvider() {
    return ecs.provider(SimulatedEcs.NODE);
  }

  @Override
  protected Optional<Provider> newProviderOfAnotherNode() {
    return Optional.of(ecs.provider("node.two"));
  }

  @Override
  protected int startsOf(PodAttempt attempt) {
    return ecs.startsOf(attempt);
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
