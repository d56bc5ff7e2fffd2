package dev.outrigger.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.provider.ProviderException;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import org.junit.jupiter.api.Test;

class PodResourcesTest {

  @Test
  void whatOverflowsANumberIsTooLargeAndNotZero() {
    assertThatThrownBy(() -> PodResources.size(limited("cpu", "9007199254740992")))
        .isInstanceOf(ProviderException.Invalid.class)
        .hasMessageContaining(
            "no Fargate size holds 9007199254740992 vCPU with 0 MiB; the nearest is 32.0 vCPU");
    assertThatThrownBy(() -> PodResources.size(limited("cpu", "2097152")))
        .hasMessageContaining("no Fargate size holds 2097152 vCPU");
    assertThatThrownBy(() -> PodResources.size(limited("memory", "20000000Ei")))
        .hasMessageContaining("no Fargate size holds 0 vCPU with 2199023255552");
    assertThatThrownBy(
            () -> PodResources.ephemeralStorage(limited("ephemeral-storage", "20000000000Ei")))
        .hasMessageContaining("GiB of ephemeral storage; Fargate has 200 at most");
  }

  @Test
  void aGraceThatEcsDoesNotGiveIsTold() {
    assertThat(EcsTaskMapper.limit(graced(300L)))
        .contains("terminationGracePeriodSeconds 300 becomes 120 s");
    assertThat(EcsTaskMapper.limit(graced(0L)))
        .contains("terminationGracePeriodSeconds 0 becomes 2 s");
    assertThat(EcsTaskMapper.limit(graced(30L))).isEmpty();
    assertThat(EcsTaskMapper.limit(new PodSpec())).isEmpty();
  }

  private static PodSpec graced(long seconds) {
    return new PodSpecBuilder().withTerminationGracePeriodSeconds(seconds).build();
  }

  private static PodSpec limited(String resource, String amount) {
    return new PodSpecBuilder()
        .addNewContainer()
        .withNewResources()
        .addToLimits(resource, new Quantity(amount))
        .endResources()
        .endContainer()
        .build();
  }
}
