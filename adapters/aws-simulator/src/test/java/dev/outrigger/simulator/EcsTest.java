package dev.outrigger.simulator;

import static dev.outrigger.simulator.EcsFixture.GROUP;
import static dev.outrigger.simulator.EcsFixture.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.outrigger.simulator.ecs.LifeCycleDelays;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.ConflictException;
import software.amazon.awssdk.services.ecs.model.ContainerCondition;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskStopCode;

@SuppressWarnings("unchecked") // generic varargs of the SDK
class EcsTest {
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
                .withQuotas(QuotaSettings.OFF));
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

  private List<String> lines(String container, Task task) {
    return logs
        .getLogEvents(
            r ->
                r.logGroupName(GROUP)
                    .logStreamName(EcsFixture.stream(container, task))
                    .startFromHead(true))
        .events()
        .stream()
        .map(OutputLogEvent::message)
        .toList();
  }

  @Test
  void containerRunsAsProcessAndItsExitCodeAndLinesAreTrue() {
    String definition =
        fixture.register(
            "exit-three",
            shell("main", "echo one; echo two >&2; echo $GREETING; exit 3")
                .environment(e -> e.name("GREETING").value("hello"))
                .build());

    Task task = fixture.awaitStopped(fixture.run(definition));

    assertThat(task.stopCode()).isEqualTo(TaskStopCode.ESSENTIAL_CONTAINER_EXITED);
    assertThat(task.stoppedReason()).isEqualTo("Essential container in task exited");
    assertThat(EcsFixture.exitCodes(task)).containsExactly(3);
    assertThat(task.startedAt()).isAfterOrEqualTo(task.createdAt());
    assertThat(task.stoppedAt()).isAfterOrEqualTo(task.startedAt());
    assertThat(lines("main", task)).containsExactlyInAnyOrder("one", "two", "hello");
  }

  @Test
  void overridesReplaceCommandAndAddEnvironmentAndCleanTheHosts() {
    String definition = fixture.register("overridden", shell("main", "exit 9").build());

    Task task =
        fixture.run(
            definition,
            r ->
                r.overrides(
                    o ->
                        o.containerOverrides(
                            c ->
                                c.name("main")
                                    .command("/bin/sh", "-c", "echo $WHO-${USER:-nobody}")
                                    .environment(e -> e.name("WHO").value("me")))));

    Task stopped = fixture.awaitStopped(task);
    assertThat(EcsFixture.exitCodes(stopped)).containsExactly(0);
    assertThat(lines("main", stopped)).containsExactly("me-nobody");
  }

  @Test
  void sameClientTokenYieldsTheSameTaskAndOtherParametersConflict() {
    String definition = fixture.register("token", shell("main", "sleep 60").build());
    RunTaskRequest request =
        EcsFixture.request(definition, r -> r.clientToken("uid-0").startedBy("outrigger"));

    Task first = ecs.runTask(request).tasks().getFirst();
    Task second = ecs.runTask(request).tasks().getFirst();

    assertThat(second.taskArn()).isEqualTo(first.taskArn());
    assertThat(simulator.journal().starts())
        .singleElement()
        .satisfies(
            started -> {
              assertThat(started.id()).isEqualTo(first.taskArn());
              assertThat(started.clientToken()).isEqualTo("uid-0");
              assertThat(started.startedBy()).isEqualTo("outrigger");
            });
    assertThatThrownBy(() -> ecs.runTask(request.toBuilder().startedBy("other").build()))
        .isInstanceOf(ConflictException.class);
  }

  @Test
  void stopTaskSendsTermAndAwaitsTheContainersOwnEnd() {
    String definition =
        fixture.register(
            "graceful",
            shell("main", "trap 'echo bye; exit 7' TERM; echo up; while :; do sleep 0.05; done")
                .build());
    Task task = fixture.run(definition, r -> r.tags(Tag.builder().key("a").value("b").build()));
    fixture.awaitStatus(task.taskArn(), "RUNNING");
    await().until(() -> lines("main", task).contains("up"));

    ecs.stopTask(r -> r.task(task.taskArn()).reason("enough"));

    Task stopped = fixture.awaitStopped(task);
    assertThat(stopped.stopCode()).isEqualTo(TaskStopCode.USER_INITIATED);
    assertThat(stopped.stoppedReason()).isEqualTo("enough");
    assertThat(EcsFixture.exitCodes(stopped)).containsExactly(7);
    assertThat(lines("main", task)).containsExactly("up", "bye");
    assertThat(stopped.tags()).as("StopTask deletes the tags").isEmpty();
    assertThat(simulator.journal().stops()).hasSize(1);
  }

  @Test
  void containerThatIgnoresTermIsKilledAfterItsStopTimeout() {
    String definition =
        fixture.register(
            "stubborn",
            shell("main", "trap '' TERM; echo up; while :; do sleep 0.05; done")
                .stopTimeout(2)
                .build());
    Task task = fixture.run(definition);
    fixture.awaitStatus(task.taskArn(), "RUNNING");
    await().until(() -> lines("main", task).contains("up"));

    ecs.stopTask(r -> r.task(task.taskArn()));

    assertThat(EcsFixture.exitCodes(fixture.awaitStopped(task))).containsExactly(137);
  }

  @Test
  void missingImageFailsToStartWithTheReasonOfThePull() {
    String definition =
        fixture.register(
            "missing", shell("main", "true").image("example.com/does-not-exist:1").build());

    Task task = fixture.awaitStopped(fixture.run(definition));

    assertThat(task.stopCode()).isEqualTo(TaskStopCode.TASK_FAILED_TO_START);
    assertThat(task.stoppedReason()).startsWith("CannotPullContainerError");
    assertThat(task.containers().getFirst().exitCode()).isNull();
    assertThat(task.containers().getFirst().reason()).startsWith("CannotPullContainerError");
    assertThat(task.startedAt()).isNull();
  }

  @Test
  void missingCommandFailsToStart() {
    String definition =
        fixture.register("no-command", shell("main", "x").command("no-such-command").build());

    Task task = fixture.awaitStopped(fixture.run(definition));

    assertThat(task.stopCode()).isEqualTo(TaskStopCode.TASK_FAILED_TO_START);
    assertThat(task.containers().getFirst().reason()).startsWith("CannotStartContainerError");
    assertThat(task.containers().getFirst().exitCode()).isNull();
  }

  @Test
  void initContainerRunsToSuccessBeforeTheMainOneStarts() {
    String definition =
        fixture.register(
            "init",
            shell("init", "echo init").essential(false).build(),
            shell("main", "echo main")
                .dependsOn(d -> d.containerName("init").condition(ContainerCondition.SUCCESS))
                .build());

    Task task = fixture.awaitStopped(fixture.run(definition));

    assertThat(EcsFixture.exitCodes(task)).containsExactly(0, 0);
    assertThat(lines("init", task)).containsExactly("init");
    assertThat(lines("main", task)).containsExactly("main");
  }

  @Test
  void failedInitContainerKeepsTheMainOneFromStarting() {
    String definition =
        fixture.register(
            "init-fails",
            shell("init", "exit 4").essential(false).build(),
            shell("main", "echo main")
                .dependsOn(d -> d.containerName("init").condition(ContainerCondition.SUCCESS))
                .build());

    Task task = fixture.awaitStopped(fixture.run(definition));

    assertThat(task.stopCode()).isEqualTo(TaskStopCode.TASK_FAILED_TO_START);
    assertThat(EcsFixture.exitCodes(task)).containsExactly(4, null);
  }

  @Test
  void essentialContainersEndStopsTheOthers() {
    String definition =
        fixture.register(
            "sidecar",
            shell("main", "exit 5").build(),
            shell("sidecar", "exec sleep 60").essential(false).build());

    Task task = fixture.awaitStopped(fixture.run(definition));

    assertThat(EcsFixture.exitCodes(task)).first().isEqualTo(5);
    assertThat(task.stopCode()).isEqualTo(TaskStopCode.ESSENTIAL_CONTAINER_EXITED);
  }

  @Test
  void runningTaskHasAnAddressThatReachesThisHost() throws Exception {
    Task task = fixture.run(fixture.register("address", shell("main", "exec sleep 60").build()));

    Task running = fixture.awaitStatus(task.taskArn(), "RUNNING");

    String address =
        running.containers().getFirst().networkInterfaces().getFirst().privateIpv4Address();
    assertThat(InetAddress.ofLiteral(address).isLoopbackAddress()).isTrue();
    assertThat(running.attachments().getFirst().details())
        .anySatisfy(
            detail -> {
              assertThat(detail.name()).isEqualTo("privateIPv4Address");
              assertThat(detail.value()).isEqualTo(address);
            });
  }

  @Test
  void listTasksFiltersAndPages() {
    String definition = fixture.register("list", shell("main", "exec sleep 60").build());
    for (int i = 0; i < 5; i++) {
      fixture.run(definition, r -> r.startedBy("me"));
    }
    fixture.run(definition, r -> r.startedBy("you"));

    var pages = ecs.listTasksPaginator(r -> r.startedBy("me").maxResults(2)).stream().toList();

    assertThat(pages).hasSize(3);
    assertThat(pages.stream().flatMap(page -> page.taskArns().stream())).hasSize(5);
    assertThat(ecs.listTasks(r -> r.family("list")).taskArns()).hasSize(6);
    assertThat(ecs.listTasks(r -> r.desiredStatus(DesiredStatus.STOPPED)).taskArns()).isEmpty();
  }

  @Test
  void unknownThingsAreRefusedInTheServicesOwnWay() {
    assertThat(ecs.describeTasks(r -> r.tasks("0123456789abcdef")).failures())
        .singleElement()
        .satisfies(failure -> assertThat(failure.reason()).isEqualTo("MISSING"));
    assertThatThrownBy(() -> ecs.listTasks(r -> r.cluster("nowhere")))
        .isInstanceOf(ClusterNotFoundException.class);
    assertThatThrownBy(() -> ecs.describeTaskDefinition(r -> r.taskDefinition("none")))
        .isInstanceOf(ClientException.class);
    assertThatThrownBy(() -> ecs.stopTask(r -> r.task("0123456789abcdef")))
        .isInstanceOf(InvalidParameterException.class);
    assertThatThrownBy(
            () ->
                ecs.registerTaskDefinition(
                    r ->
                        r.family("big")
                            .requiresCompatibilitiesWithStrings("FARGATE")
                            .networkMode("awsvpc")
                            .cpu("256")
                            .memory("4096")
                            .containerDefinitions(c -> c.name("main").image("busybox"))))
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("No Fargate configuration exists");
  }

  @Test
  void taskDefinitionsHaveRevisionsThatCanBeRetired() {
    fixture.register("family", shell("main", "true").build());
    String second = fixture.register("family", shell("main", "false").build());

    assertThat(second).endsWith(":task-definition/family:2");
    assertThat(ecs.describeTaskDefinition(r -> r.taskDefinition("family")).taskDefinition())
        .satisfies(d -> assertThat(d.revision()).isEqualTo(2));
    ecs.deregisterTaskDefinition(r -> r.taskDefinition(second));
    assertThat(ecs.describeTaskDefinition(r -> r.taskDefinition("family")).taskDefinition())
        .satisfies(d -> assertThat(d.revision()).isEqualTo(1));
    assertThat(ecs.listTaskDefinitions(r -> r.familyPrefix("family")).taskDefinitionArns())
        .hasSize(1);
    assertThat(ecs.listTaskDefinitionFamilies(r -> r.familyPrefix("fam")).families())
        .containsExactly("family");
  }

  @Test
  void tagsCanBeAddedListedAndRemoved() {
    String definition = fixture.register("tags", shell("main", "exec sleep 60").build());
    Task task = fixture.run(definition, r -> r.tags(Tag.builder().key("a").value("1").build()));

    ecs.tagResource(
        r -> r.resourceArn(task.taskArn()).tags(Tag.builder().key("b").value("2").build()));
    ecs.untagResource(r -> r.resourceArn(task.taskArn()).tagKeys("a"));

    assertThat(ecs.listTagsForResource(r -> r.resourceArn(task.taskArn())).tags())
        .extracting(Tag::key)
        .containsExactly("b");
  }

  @Test
  void clustersAreDescribedWithTheirTasks() {
    ecs.createCluster(r -> r.clusterName("prod"));
    var answer = ecs.describeClusters(r -> r.clusters("prod", "none"));

    assertThat(answer.clusters().getFirst().status()).isEqualTo("ACTIVE");
    assertThat(answer.failures().getFirst().reason()).isEqualTo("MISSING");
  }
}
