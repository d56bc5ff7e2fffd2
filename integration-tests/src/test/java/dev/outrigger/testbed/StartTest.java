package dev.outrigger.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long an agent takes to be of use. {@code ./outrigger bench} measures it more exactly. */
final class StartTest {
  private static final Duration MOST_CPU = Duration.ofSeconds(10);

  @Test
  void agentIsReadyBeforeItHasUsedManySecondsOfProcessor(@TempDir Path folder) {
    ControlPlane controlPlane = Cluster.shared();
    long start = System.nanoTime();
    try (AgentProcess agent =
        AgentProcess.start(
            controlPlane,
            List.of(new NodeSettings("start-1", "instant", List.of("pods: 10"))),
            folder)) {
      agent.awaitReady();
      Duration wall = Duration.ofNanos(System.nanoTime() - start);
      Duration cpu =
          ProcessHandle.of(agent.pid()).orElseThrow().info().totalCpuDuration().orElseThrow();

      System.out.printf(
          "start to Node Ready: %d ms, processor %d ms%n", wall.toMillis(), cpu.toMillis());
      // About 1.2 s alone; wide, since what else runs on the machine counts here too.
      assertThat(cpu).isLessThan(MOST_CPU);
    }
  }
}
