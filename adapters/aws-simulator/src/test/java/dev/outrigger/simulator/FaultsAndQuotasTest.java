package dev.outrigger.simulator;

import static dev.outrigger.simulator.EcsFixture.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.simulator.ecs.LifeCycleDelays;
import dev.outrigger.simulator.fault.Fault;
import dev.outrigger.simulator.fault.FaultRule;
import dev.outrigger.simulator.journal.JournalEntry;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.EcsException;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskStopCode;

class FaultsAndQuotasTest {
  private AwsSimulator simulator;
  private EcsClient ecs;
  private EcsFixture fixture;

  @BeforeEach
  void start() {
    simulator = AwsSimulator.start(SimulatorConfig.defaults().withDelays(LifeCycleDelays.NONE));
    ecs = new Clients(simulator.endpoint()).ecs();
    fixture = new EcsFixture(ecs);
  }

  @AfterEach
  void stop() {
    ecs.close();
    simulator.close();
  }

  private String sleeper() {
    return fixture.register("sleeper", shell("main", "exec sleep 60").build());
  }

  @Test
  void lostResponseHasItsEffectAndTheSameTokenFindsTheTask() {
    RunTaskRequest request = EcsFixture.request(sleeper(), r -> r.clientToken("uid-0"));
    simulator.faults().inject(FaultRule.next(1, "ecs", "RunTask", new Fault.ResponseLost()));

    assertThatThrownBy(() -> ecs.runTask(request)).isInstanceOf(SdkClientException.class);

    assertThat(simulator.journal().starts()).hasSize(1);
    String arn = simulator.journal().starts().getFirst().id();
    assertThat(ecs.runTask(request).tasks().getFirst().taskArn()).isEqualTo(arn);
    assertThat(simulator.journal().starts()).hasSize(1);
    assertThat(simulator.journal().calls("ecs", "RunTask"))
        .extracting(JournalEntry.Call::fault)
        .containsExactly("ResponseLost", "");
  }

  @Test
  void injectedThrottlesAndServerErrorsHaveNoEffect() {
    String definition = sleeper();
    simulator.faults().inject(FaultRule.next(1, "ecs", "RunTask", new Fault.Throttle()));
    simulator.faults().inject(FaultRule.next(1, "ecs", "*", new Fault.ServerError(503)));

    assertThatThrownBy(() -> fixture.run(definition))
        .isInstanceOfSatisfying(
            EcsException.class, e -> assertThat(e.isThrottlingException()).isTrue());
    assertThatThrownBy(() -> fixture.run(definition))
        .isInstanceOfSatisfying(EcsException.class, e -> assertThat(e.statusCode()).isEqualTo(503));
    assertThat(simulator.journal().starts()).isEmpty();
    assertThat(fixture.run(definition).taskArn()).isNotEmpty();
  }

  @Test
  void chanceFollowsItsSeed() {
    List<Boolean> first = draws(7);

    assertThat(draws(7)).isEqualTo(first);
    assertThat(first.stream().filter(struck -> struck)).hasSizeBetween(15, 45);
  }

  private List<Boolean> draws(long seed) {
    try (var ignored =
        simulator
            .faults()
            .inject(FaultRule.chance(0.3, seed, "ecs", "ListTasks", new Fault.Throttle()))) {
      return IntStream.range(0, 100)
          .mapToObj(
              i -> simulator.faults().strike(Fault.Throttle.class, "ecs", "ListTasks").isPresent())
          .toList();
    }
  }

  @Test
  void capacityUnavailableIsAFailureOfRunTaskWithoutATask() {
    String definition = sleeper();
    simulator.faults().inject(FaultRule.next(1, "ecs", "RunTask", new Fault.CapacityUnavailable()));
    RunTaskRequest request = EcsFixture.request(definition, r -> r.clientToken("uid-1"));

    var refused = ecs.runTask(request);

    assertThat(refused.tasks()).isEmpty();
    assertThat(refused.failures().getFirst().reason()).startsWith("Capacity is unavailable");
    assertThat(ecs.runTask(request).tasks()).as("the token was not used up").hasSize(1);
  }

  @Test
  void spotInterruptionStopsARunningTask() {
    Task task = fixture.run(sleeper());
    fixture.awaitStatus(task.taskArn(), "RUNNING");

    simulator.faults().interruptSpot(task.taskArn());

    Task stopped = fixture.awaitStopped(task);
    assertThat(stopped.stopCode()).isEqualTo(TaskStopCode.SPOT_INTERRUPTION);
    assertThat(EcsFixture.exitCodes(stopped)).containsExactly(143);
  }

  @Test
  void spotInterruptionByRuleStrikesAfterRunning() {
    simulator
        .faults()
        .inject(
            FaultRule.next(1, "ecs", "RunTask", new Fault.SpotInterruption(Duration.ofMillis(50))));

    Task stopped = fixture.awaitStopped(fixture.run(sleeper()));

    assertThat(stopped.stopCode()).isEqualTo(TaskStopCode.SPOT_INTERRUPTION);
    assertThat(stopped.startedAt()).isNotNull();
  }

  @Test
  void registrationsBeyondTheDocumentedBurstAreThrottledPerRegion() {
    for (int i = 0; i < 20; i++) {
      sleeper();
    }

    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 20; i++) {
                sleeper();
              }
            })
        .isInstanceOfSatisfying(
            EcsException.class,
            e -> {
              assertThat(e.isThrottlingException()).isTrue();
              assertThat(e.awsErrorDetails().errorMessage()).isEqualTo("Rate exceeded");
            });
  }
}
