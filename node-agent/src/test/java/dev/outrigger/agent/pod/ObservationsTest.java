package dev.outrigger.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ObservationsTest {

  private static final ContainerState.Terminated END =
      new ContainerState.Terminated(
          OptionalInt.of(1), "Error", "", Optional.of(Given.NOW), Given.NOW);

  private static ContainerObservation sidecar(ContainerState state, int restarts, boolean last) {
    return new ContainerObservation(
        "s",
        state,
        Optional.empty(),
        Optional.empty(),
        restarts,
        last ? Optional.of(END) : Optional.empty());
  }

  @Test
  void newsOfASidecarsRunsNeverTakeItBackWhateverTheirOrder() {
    ContainerState waiting = new ContainerState.Waiting("ContainerCreating", "");
    ContainerState loops = new ContainerState.Waiting("CrashLoopBackOff", "back-off 10s");
    ContainerState running = new ContainerState.Running(Given.NOW);
    List<ContainerObservation> life = new ArrayList<>();
    life.add(sidecar(waiting, 0, false));
    life.add(sidecar(running, 0, false));
    life.add(sidecar(waiting, 0, true));
    life.add(sidecar(running, 1, true));
    life.add(sidecar(loops, 1, true));
    life.add(sidecar(running, 2, true));
    life.add(sidecar(END, 2, true));
    for (int known = 0; known < life.size(); known++) {
      for (int heard = 0; heard < life.size(); heard++) {
        assertThat(Observations.merge(of(life.get(known)), of(life.get(heard))).containers())
            .as("%s, then %s", known, heard)
            .containsExactly(life.get(Math.max(known, heard)));
      }
    }
  }

  private static Workload of(ContainerObservation container) {
    return new Workload(new PodAttempt(Given.KEY, 0), "h", List.of(container));
  }
}
