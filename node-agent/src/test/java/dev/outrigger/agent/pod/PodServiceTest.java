package dev.outrigger.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.Workload;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodServiceTest {

  private static Workload workload(String uid, int attempt) {
    return new Workload(new PodAttempt(new PodKey(uid, "n", uid), attempt), "h", List.of());
  }

  @Test
  void whatEndedBetweenTheFirstListAndTheWatchIsGone() {
    List<Workload> before = List.of(workload("stays", 0), workload("ends", 0), workload("next", 0));
    List<Workload> now = List.of(workload("stays", 0), workload("next", 1), workload("new", 0));

    assertThat(PodService.vanished(before, now))
        .containsExactly(before.get(1).attempt(), before.get(2).attempt());
  }
}
