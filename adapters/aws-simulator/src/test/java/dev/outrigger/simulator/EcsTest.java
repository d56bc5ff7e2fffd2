package dev.outrigger.simulator;

import static dev.outrigger.simulator.EcsFixture.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.ConflictException;
import software.amazon.awssdk.services.ecs.model.ContainerCondition;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskStopCode;

/** The life of a task, from its start to what is told of its end. */
@SuppressWarnings("unchecked") // generic varargs of the SDK
class EcsTest extends TaskTests {

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
    await().atMost(EcsFixture.PATIENCE).until(() -> lines("main", task).contains("up"));

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
    await().atMost(EcsFixture.PATIENCE).until(() -> lines("main", task).contains("up"));

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
  void anEnvironmentThatNoProcessCanHaveFailsToStart() {
    String definition =
        fixture.register(
            "nul",
            shell("main", "true").environment(e -> e.name("NUL").value("hush\u0000")).build());

    Task task = fixture.awaitStopped(fixture.run(definition));

    assertThat(task.stopCode()).isEqualTo(TaskStopCode.TASK_FAILED_TO_START);
    assertThat(task.stoppedReason()).startsWith("CannotStartContainerError").doesNotContain("hush");
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
  void containerThatEndsBeforeThePeriodHasEndedForGood() {
    Task task =
        run(
            "too-early",
            EcsFixture.restarted("side", "echo run; exit 3"),
            shell("main", "exec sleep 600").build());

    await()
        .atMost(EcsFixture.PATIENCE)
        .until(() -> fixture.container("side", task).lastStatus().equals("STOPPED"));

    assertThat(fixture.container("side", task).exitCode()).isEqualTo(3);
    assertThat(fixture.container("main", task).lastStatus()).isEqualTo("RUNNING");
    assertThat(lines("side", task)).containsExactly("run");
  }
}
