package dev.outrigger.ecs;

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
