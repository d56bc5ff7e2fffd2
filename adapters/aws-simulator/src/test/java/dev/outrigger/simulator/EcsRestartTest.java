package dev.outrigger.simulator;

import static dev.outrigger.simulator.EcsFixture.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;
import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.ContainerCondition;
import software.amazon.awssdk.services.ecs.model.Task;

/** Containers that are started again beside others, and the order of a stop. */
@SuppressWarnings("unchecked") // generic varargs of the SDK
class EcsRestartTest extends TaskTests {
  @Override
  SimulatorConfig adapt(SimulatorConfig config) {
    return config.withRestartPeriod(Duration.ofSeconds(1));
  }

  @Test
  void containerThatRanForThePeriodIsStartedAgainAndStaysRunning() {
    Task task =
        run(
            "again",
            EcsFixture.restarted("side", "echo run; sleep 1.5; exit 3"),
            shell("main", "exec sleep 600").build());

    await().atMost(EcsFixture.PATIENCE).until(() -> lines("side", task).size() > 2);

    assertThat(lines("side", task)).containsOnly("run");
    assertThat(fixture.container("side", task).lastStatus()).isEqualTo("RUNNING");
    assertThat(fixture.container("side", task).exitCode()).isNull();
    ecs.stopTask(r -> r.task(task.taskArn()));
    Task stopped = fixture.awaitStopped(task);
    assertThat(EcsFixture.exitCodes(stopped)).containsExactly(143, 143);
  }

  @Test
  void ignoredExitCodeIsAnEnd() {
    Task task =
        run(
            "ignored",
            shell("side", "sleep 1.5; exit 3")
                .essential(false)
                .restartPolicy(p -> p.enabled(true).ignoredExitCodes(3))
                .build(),
            shell("main", "exec sleep 600").build());

    await()
        .atMost(EcsFixture.PATIENCE)
        .until(() -> fixture.container("side", task).lastStatus().equals("STOPPED"));

    assertThat(fixture.container("side", task).exitCode()).isEqualTo(3);
  }

  @Test
  void tasksStopInTheReverseOfTheirStart() {
    String untilStopped =
        "trap 'sleep 0.5; echo bye; exit 0' TERM; echo ready; while :; do sleep 0.1; done";
    Task task =
        run(
            "reverse",
            shell("first", untilStopped).essential(false).build(),
            shell("second", untilStopped)
                .dependsOn(d -> d.containerName("first").condition(ContainerCondition.START))
                .build());
    for (String container : List.of("first", "second")) {
      await().atMost(EcsFixture.PATIENCE).until(() -> lines(container, task).contains("ready"));
    }

    ecs.stopTask(r -> r.task(task.taskArn()));
    Task stopped = fixture.awaitStopped(task);

    assertThat(farewell("second", stopped)).isLessThan(farewell("first", stopped));
  }

  @Test
  void periodOutsideItsRangeIsRefused() {
    assertThatThrownBy(
            () ->
                fixture.register(
                    "short",
                    shell("main", "exit 0")
                        .restartPolicy(p -> p.enabled(true).restartAttemptPeriod(59))
                        .build()))
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("restartAttemptPeriod");
  }

  /** A shell may have more to say of the stop. */
  private long farewell(String container, Task task) {
    return events(container, task).stream()
        .filter(e -> e.message().equals("bye"))
        .mapToLong(OutputLogEvent::timestamp)
        .findFirst()
        .orElseThrow();
  }
}
