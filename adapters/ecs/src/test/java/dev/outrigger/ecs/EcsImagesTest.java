package dev.outrigger.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.NodeState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.testkit.PodWorks;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The images of a node are those of its tasks. */
class EcsImagesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void imagesAreToldByTheirDigestsOnceWhileATaskRunsThem() throws Exception {
    try (SimulatedEcs aws = new SimulatedEcs();
        EcsProvider provider = aws.provider(SimulatedEcs.NODE)) {
      PodAttempt one = PodWorks.newAttempt("one");
      PodAttempt two = PodWorks.newAttempt("two");
      provider.create(PodWorks.sleep(one));
      provider.create(PodWorks.sleep(two));

      await().atMost(PATIENCE).until(() -> runs(provider, one) && runs(provider, two));
      assertThat(names(provider)).singleElement().asString().startsWith("busybox@sha256:");

      provider.delete(one.key(), Duration.ZERO);
      provider.delete(two.key(), Duration.ZERO);
      await().atMost(PATIENCE).until(() -> !provider.list().isEmpty() && names(provider).isEmpty());
    }
  }

  private static boolean runs(EcsProvider provider, PodAttempt attempt) throws ProviderException {
    return provider.list().stream()
        .filter(w -> w.attempt().equals(attempt))
        .flatMap(w -> w.containers().stream())
        .anyMatch(c -> c.imageId().isPresent());
  }

  private static List<String> names(EcsProvider provider) throws ProviderException {
    NodeState state = provider.nodeState().orElseThrow().state();
    return state.images().stream().flatMap(i -> i.names().stream()).toList();
  }
}
