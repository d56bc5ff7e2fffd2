package dev.outrigger.simulator.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.simulator.state.StateStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** CreateLogGroup and CreateLogStream have one winner: claims of Lambda attempts rest on that. */
class LogGroupsTest {

  private static final int CALLERS = 8;
  private static final int ROUNDS = 2_000;

  private final LogGroups logs = new LogGroups(StateStore.none(), Clock.systemUTC());

  @Test
  void oneOfManyMakesTheStream() throws Exception {
    assertThat(winners(name -> logs.ensureStream("group", name))).containsOnly(1);
  }

  @Test
  void oneOfManyMakesTheGroup() throws Exception {
    assertThat(winners(logs::ensureGroup)).containsOnly(1);
  }

  /** How many callers made the thing, in each round. */
  private static List<Integer> winners(Predicate<String> make) throws Exception {
    List<Integer> winners = new ArrayList<>();
    CyclicBarrier together = new CyclicBarrier(CALLERS);
    try (ExecutorService pool = Executors.newFixedThreadPool(CALLERS)) {
      for (int round = 0; round < ROUNDS; round++) {
        String name = "name-" + round;
        Callable<Boolean> call =
            () -> {
              together.await(60, TimeUnit.SECONDS);
              return make.test(name);
            };
        List<Future<Boolean>> answers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
          answers.add(pool.submit(call));
        }
        int made = 0;
        for (Future<Boolean> answer : answers) {
          made += answer.get(60, TimeUnit.SECONDS) ? 1 : 0;
        }
        winners.add(made);
      }
    }
    return winners;
  }
}
