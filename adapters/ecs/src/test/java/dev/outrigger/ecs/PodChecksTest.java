package dev.outrigger.ecs;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.testkit.PodWorks;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PodChecksTest {

  private final EcsTaskMapper mapper = new EcsTaskMapper(Configs.config(Map.of()));

  @Test
  void moreContainersThanATaskHoldsAreRefusedBeforeEcsDoes() {
    PodWork eleven = withInits(10);

    assertThatThrownBy(() -> EcsTaskMapper.checkFields(eleven.pod()))
        .isInstanceOf(ProviderException.Invalid.class)
        .hasMessageStartingWith(
            "spec.containers: are 11 with the init containers, and ECS takes 10");
    assertThatCode(() -> mapper.check(withInits(9))).doesNotThrowAnyException();
  }

  private static PodWork withInits(int count) {
    List<ContainerWork> inits =
        IntStream.range(0, count).mapToObj(i -> PodWorks.container("init" + i)).toList();
    return PodWorks.pod(PodWorks.newAttempt("many"), inits, List.of(PodWorks.container("main")));
  }
}
