package dev.outrigger.simulator;

import static dev.outrigger.simulator.EcsFixture.GROUP;
import static dev.outrigger.simulator.EcsFixture.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.outrigger.simulator.ecs.LifeCycleDelays;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.ContainerCondition;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.Task;

/** Containers that are started again beside others, and the order of a stop. */
@SuppressWarnings("unchecked") // generic varargs of the SDK
class EcsRestartTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private AwsSimulator simulator;
  private EcsClient ecs;
  private CloudWatchLogsClient logs;
  private EcsFixture fixture;

  @BeforeEach
  void start() {
    simulator =
        AwsSimulator.start(
            SimulatorConfig.defaults()
                .withDelays(LifeCycleDelays.NONE)
                .withQuotas(QuotaSettings.OFF)
                .withRestartPeriod(Duration.ofSeconds(1)));
    Clients clients = new Clients(simulator.endpoint());
    ecs = clients.ecs();
    logs = clients.logs();
    fixture = new EcsFixture(ecs);
  }

  @AfterEach
  void stop() {
    ecs.close();
    logs.close();
    simulator.close();
  }

  @Test
  void containerThatRanForThePeriodIsStartedAgainAndStaysRunning() {
    Task task =
        run(
            "again",
            restarted("side", "echo run; sleep 1.5; exit 3"),
            shell("main", "exec sleep 600").build());

    await().atMost(PATIENCE).until(() -> lines("side", task).size() > 2);

    assertThat(lines("side", task)).containsOnly("run");
    assertThat(container("side", task).lastStatus()).isEqualTo("RUNNING");
    assertThat(container("side", task).exitCode()).isNull();
    ecs.stopTask(r -> r.task(task.taskArn()));
    Task stopped = fixture.awaitStopped(task);
    assertThat(EcsFixture.exitCodes(stopped)).containsExactly(143, 143);
  }

  @Test
  void containerThatEndsBeforeThePeriodHasEndedForGood() {
    Task task =
        run(
            "too-early",
            restarted("side", "echo run; exit 3"),
            shell("main", "exec sleep 600").build());

    await().atMost(PATIENCE).until(() -> container("side", task).lastStatus().equals("STOPPED"));

    assertThat(container("side", task).exitCode()).isEqualTo(3);
    assertThat(container("main", task).lastStatus()).isEqualTo("RUNNING");
    assertThat(lines("side", task)).containsExactly("run");
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

    await().atMost(PATIENCE).until(() -> container("side", task).lastStatus().equals("STOPPED"));

    assertThat(container("side", task).exitCode()).isEqualTo(3);
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
      await().atMost(PATIENCE).until(() -> lines(container, task).contains("ready"));
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

  private Task run(String family, ContainerDefinition... containers) {
    return fixture.run(fixture.register(family, containers));
  }

  private static ContainerDefinition restarted(String name, String script) {
    return shell(name, script)
        .essential(false)
        .restartPolicy(p -> p.enabled(true).restartAttemptPeriod(60))
        .build();
  }

  private Container container(String name, Task task) {
    return fixture.describe(task.taskArn()).containers().stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** A shell may have more to say of the stop. */
  private long farewell(String container, Task task) {
    return events(container, task).stream()
        .filter(e -> e.message().equals("bye"))
        .mapToLong(OutputLogEvent::timestamp)
        .findFirst()
        .orElseThrow();
  }

  private List<String> lines(String container, Task task) {
    return events(container, task).stream().map(OutputLogEvent::message).toList();
  }

  private List<OutputLogEvent> events(String container, Task task) {
    try {
      return logs.getLogEvents(
              r ->
                  r.logGroupName(GROUP)
                      .logStreamName(EcsFixture.stream(container, task))
                      .startFromHead(true))
          .events();
    } catch (ResourceNotFoundException notYet) {
      return List.of();
    }
  }
}
