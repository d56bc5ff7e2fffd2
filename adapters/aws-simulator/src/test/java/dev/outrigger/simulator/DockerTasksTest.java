package dev.outrigger.simulator;

import static dev.outrigger.simulator.DockerImageFixture.docker;
import static dev.outrigger.simulator.EcsFixture.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.simulator.ecs.ContainerMode;
import dev.outrigger.simulator.ecs.LifeCycleDelays;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ecs.model.Compatibility;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.Task;

/** Tasks as containers of a Docker engine, with an image that needs no registry. */
@SuppressWarnings({"NullAway.Init", "unchecked"}) // set before all tests; varargs of the SDK
class DockerTasksTest extends TaskTests {
  private static final String IMAGE = "outrigger-simulator-test:1";

  @TempDir static Path folder;
  private static DockerImageFixture image;

  @BeforeAll
  static void makeTheImage() throws IOException {
    Optional<String> lacking = DockerImageFixture.lacking();
    Assumptions.assumeTrue(lacking.isEmpty(), () -> lacking.orElse(""));
    image =
        DockerImageFixture.create(
            IMAGE,
            folder,
            Map.of("image-entry", "#!/bin/sh\necho entry \"$@\" in $PWD as $WHO\n"),
            "ENTRYPOINT [\"/bin/image-entry\"]",
            "CMD [\"by\", \"default\"]",
            "WORKDIR /tmp",
            "ENV WHO=image");
  }

  @AfterAll
  static void removeTheImage() {
    if (image != null) {
      image.close();
    }
  }

  @Override
  SimulatorConfig adapt(SimulatorConfig config) {
    return config.withContainers(ContainerMode.DOCKER);
  }

  @AfterEach
  void nothingIsLeft() {
    simulator.close();
    assertThat(docker("ps", "--all", "--quiet", "--filter", ours())).isEmpty();
    assertThat(docker("volume", "ls", "--quiet", "--filter", ours())).isEmpty();
  }

  private String ours() {
    return "label=" + simulator.containerLabel().orElseThrow();
  }

  private static ContainerDefinition.Builder container(String name, String script) {
    return shell(name, script).image(IMAGE).entryPoint("/bin/sh").command("-c", script);
  }

  @Test
  void linesComeInOrderAndTheExitCodeIsTrue() {
    Task task =
        fixture.awaitStopped(
            run(
                "lines",
                container(
                        "main",
                        "for i in $(seq 1 50); do echo out $i; echo err $i >&2; done; exit 3")
                    .build()));

    assertThat(EcsFixture.exitCodes(task)).containsExactly(3);
    assertThat(task.stopCodeAsString()).isEqualTo("EssentialContainerExited");
    List<String> lines = lines("main", task);
    assertThat(lines.stream().filter(line -> line.startsWith("out")).toList())
        .hasSize(50)
        .startsWith("out 1", "out 2")
        .endsWith("out 50");
    assertThat(lines).contains("err 50");
  }

  @Test
  void imagesEntryPointCommandAndEnvironmentCountUntilTheDefinitionSaysOtherwise() {
    ContainerDefinition plain =
        shell("plain", "").image(IMAGE).command((List<String>) null).build();
    ContainerDefinition changed =
        shell("changed", "")
            .image(IMAGE)
            .command("something else")
            .workingDirectory("/bin")
            .environment(e -> e.name("WHO").value("two\nlines"))
            .essential(false)
            .build();
    Task task = fixture.awaitStopped(run("entry", plain, changed));

    assertThat(lines("plain", task)).containsExactly("entry by default in /tmp as image");
    assertThat(lines("changed", task)).containsExactly("entry something else in /bin as two lines");
  }

  @Test
  void containersOfATaskShareLocalhostVolumesAndARoutableAddress() throws IOException {
    String arn =
        ecs.registerTaskDefinition(
                r ->
                    r.family("shared")
                        .networkMode(NetworkMode.AWSVPC)
                        .requiresCompatibilities(Compatibility.FARGATE)
                        .cpu("256")
                        .memory("512")
                        .executionRoleArn("arn:aws:iam::000000000000:role/execution")
                        .volumes(v -> v.name("data").host(h -> {}))
                        .containerDefinitions(
                            container(
                                    "server",
                                    "echo from the volume > /data/file;"
                                        + " exec nc -ll -p 8080 -e cat /data/file")
                                .mountPoints(m -> m.sourceVolume("data").containerPath("/data"))
                                .build(),
                            container(
                                    "client",
                                    "until nc 127.0.0.1 8080 </dev/null; do sleep 0.1; done;"
                                        + " echo no > /data/other || echo read-only")
                                .essential(false)
                                .mountPoints(
                                    m ->
                                        m.sourceVolume("data")
                                            .containerPath("/data")
                                            .readOnly(true))
                                .build()))
            .taskDefinition()
            .taskDefinitionArn();
    Task task = fixture.run(arn);
    await().atMost(EcsFixture.PATIENCE).until(() -> lines("client", task).contains("read-only"));

    assertThat(lines("client", task)).contains("from the volume");
    String address = address(fixture.describe(task.taskArn()));
    assertThat(address).doesNotStartWith("127.");
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, 8080), 5_000);
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("from the volume\n");
    }
    ecs.stopTask(r -> r.task(task.taskArn()));
    fixture.awaitStopped(task);
    assertThat(docker("volume", "ls", "--quiet", "--filter", ours())).isEmpty();
  }

  private static String address(Task task) {
    return task.attachments().getFirst().details().stream()
        .filter(detail -> detail.name().equals("privateIPv4Address"))
        .findFirst()
        .orElseThrow()
        .value();
  }

  @Test
  void userReadOnlyRootAndDroppedCapabilitiesHold() {
    Task task =
        fixture.awaitStopped(
            run(
                "secured",
                container("main", "id -u; touch /x; grep CapEff /proc/self/status; chown 5 /tmp")
                    .user("1000:1000")
                    .readonlyRootFilesystem(true)
                    .build(),
                container("dropped", "grep CapBnd /proc/self/status; chown 5 /tmp || echo refused")
                    .linuxParameters(l -> l.capabilities(c -> c.drop("ALL")))
                    .essential(false)
                    .build()));

    assertThat(lines("main", task)).contains("1000", "touch: /x: Read-only file system");
    assertThat(lines("dropped", task)).contains("CapBnd:\t0000000000000000", "refused");
  }

  @Test
  void memoryLimitEndsAContainerAsEcsTellsIt() {
    Task task =
        fixture.awaitStopped(
            run(
                "hungry",
                container("main", "x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done")
                    .memory(16)
                    .build()));

    Container container = task.containers().getFirst();
    assertThat(container.exitCode()).isEqualTo(137);
    assertThat(container.reason())
        .isEqualTo("OutOfMemoryError: Container killed due to memory usage");
    assertThat(task.stopCodeAsString()).isEqualTo("EssentialContainerExited");
  }

  @Test
  void stopIsSigtermAndAfterTheTimeoutSigkill() {
    Task task =
        run(
            "stops",
            container(
                    "polite", "trap 'echo bye; exit 7' TERM; echo up; while :; do sleep 0.1; done")
                .build(),
            container("stubborn", "trap '' TERM; echo up; while :; do sleep 0.1; done")
                .stopTimeout(2)
                .build());
    await().atMost(EcsFixture.PATIENCE).until(() -> lines("polite", task).contains("up"));
    await().atMost(EcsFixture.PATIENCE).until(() -> lines("stubborn", task).contains("up"));

    ecs.stopTask(r -> r.task(task.taskArn()));
    Task stopped = fixture.awaitStopped(task);

    assertThat(EcsFixture.exitCodes(stopped)).containsExactly(7, 137);
    assertThat(lines("polite", task)).containsExactly("up", "bye");
    assertThat(stopped.containers().get(1).reason()).isNull();
  }

  @Test
  void containerThatIsStartedAgainKeepsItsFilesAndTellsEachLineOnce() {
    simulator.close();
    simulator =
        AwsSimulator.start(
            adapt(SimulatorConfig.defaults())
                .withDelays(LifeCycleDelays.NONE)
                .withQuotas(QuotaSettings.OFF)
                .withRestartPeriod(Duration.ofSeconds(1)));
    connect();
    ContainerDefinition side =
        EcsFixture.restarted("side", "").toBuilder()
            .image(IMAGE)
            .entryPoint("/bin/sh")
            .command("-c", "echo x >> /tmp/runs; wc -l < /tmp/runs; sleep 1.2")
            .build();
    Task task = run("again", side, container("main", "exec sleep 600").build());

    await().atMost(EcsFixture.PATIENCE).until(() -> lines("side", task).size() > 2);

    assertThat(lines("side", task)).startsWith("1", "2", "3");
  }

  @Test
  void imageThatDoesNotExistIsRefusedInTheEnginesWords() {
    Task task =
        fixture.awaitStopped(
            run("missing", shell("main", "true").image("outrigger-none/none:1").build()));

    assertThat(task.stopCodeAsString()).isEqualTo("TaskFailedToStart");
    assertThat(task.containers().getFirst().reason())
        .startsWith("CannotPullContainerError: Error response from daemon: ");
  }

  @Test
  void commandThatIsNotInTheImageIsAFailureToStart() {
    Task task =
        fixture.awaitStopped(
            run("nothing", shell("main", "").image(IMAGE).entryPoint("/none").build()));

    assertThat(task.stopCodeAsString()).isEqualTo("TaskFailedToStart");
    assertThat(task.containers().getFirst().reason())
        .startsWith("CannotStartContainerError: Error response from daemon: ")
        .contains("/none");
  }

  @Test
  void digestIsTheEnginesOwnForAnImageThatWasInNoRegistry() {
    Task task = fixture.awaitStopped(run("digest", container("main", "true").build()));

    assertThat(task.containers().getFirst().imageDigest())
        .isEqualTo(docker("image", "inspect", "--format", "{{.Id}}", IMAGE));
  }
}
