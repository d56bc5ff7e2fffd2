package dev.outrigger.simulator;

import dev.outrigger.simulator.ecs.LifeCycleDelays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.Task;

/** A simulator for each test, whose tasks live without delays, and what its clients see. */
@SuppressWarnings("NullAway.Init") // set before each test
abstract class TaskTests {

  AwsSimulator simulator;
  EcsClient ecs;
  EcsFixture fixture;
  private CloudWatchLogsClient logs;

  /** What this class of tests wants otherwise. */
  SimulatorConfig adapt(SimulatorConfig config) {
    return config;
  }

  @BeforeEach
  final void start() {
    simulator =
        AwsSimulator.start(
            adapt(
                SimulatorConfig.defaults()
                    .withDelays(LifeCycleDelays.NONE)
                    .withQuotas(QuotaSettings.OFF)));
    connect();
  }

  /** Clients of the simulator that is there now. */
  final void connect() {
    Clients clients = new Clients(simulator.endpoint());
    ecs = clients.ecs();
    logs = clients.logs();
    fixture = new EcsFixture(ecs);
  }

  @AfterEach
  final void stop() {
    ecs.close();
    logs.close();
    simulator.close();
  }

  final Task run(String family, ContainerDefinition... containers) {
    return fixture.run(fixture.register(family, containers));
  }

  final List<String> lines(String container, Task task) {
    return events(container, task).stream().map(OutputLogEvent::message).toList();
  }

  /** None while the container has written nothing. */
  final List<OutputLogEvent> events(String container, Task task) {
    try {
      return logs.getLogEvents(
              r ->
                  r.logGroupName(EcsFixture.GROUP)
                      .logStreamName(EcsFixture.stream(container, task))
                      .startFromHead(true))
          .events();
    } catch (ResourceNotFoundException notYet) {
      return List.of();
    }
  }
}
