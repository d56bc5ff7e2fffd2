package dev.outrigger.testbed;

import static org.awaitility.Awaitility.await;

import dev.outrigger.simulator.AwsSimulator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * An agent that is killed ({@code kill -9}) at random moments and started again. A failing run
 * prints its seed; {@code -Doutrigger.chaos.seed} replays it.
 */
final class KilledAgent implements AutoCloseable {
  static final int PODS = Integer.getInteger("outrigger.chaos.pods", 100);
  static final long SEED = Long.getLong("outrigger.chaos.seed", System.nanoTime());
  static final Duration OUTCOMES = Duration.ofMinutes(7);

  private static final int KILLS = Integer.getInteger("outrigger.chaos.kills", 20);

  private AgentProcess agent;
  private final AwsSimulator simulator;
  private int callsBefore;

  KilledAgent(List<NodeSettings> nodes, AwsSimulator simulator) {
    System.out.println("seed " + SEED);
    this.simulator = simulator;
    Path folder = Path.of("target/testbed").resolve(nodes.getFirst().name());
    agent = AgentProcess.start(Cluster.shared(), nodes, folder).awaitReady();
  }

  void killAtRandom(Runnable afterAThird) throws InterruptedException {
    Random random = new Random(SEED);
    for (int kill = 0; kill < KILLS; kill++) {
      if (kill % 2 == 1) {
        awaitActing();
      }
      // The moment is what is tested: nothing to wait for, but the random time.
      TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(1500));
      agent.kill();
      if (kill == KILLS / 3) {
        afterAThird.run();
      }
      callsBefore = calls();
      agent = agent.restart();
    }
    agent.awaitReady();
  }

  /**
   * Every other time it dies while it starts, else once it has begun to act (it has listed the
   * backend), however slow the machine is.
   */
  private void awaitActing() {
    await().atMost(Duration.ofSeconds(90)).until(() -> calls() > callsBefore);
  }

  private int calls() {
    return simulator.journal().calls().size();
  }

  @Override
  public void close() {
    agent.close();
  }
}
