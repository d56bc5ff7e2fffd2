package dev.outrigger.simulator;

import static dev.outrigger.simulator.DockerImageFixture.docker;
import static dev.outrigger.simulator.EcsFixture.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.simulator.ecs.ContainerMode;
import dev.outrigger.simulator.ecs.LifeCycleDelays;
import dev.outrigger.simulator.image.Image;
import dev.outrigger.simulator.image.ImageCatalogue;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Task;

/** Which tasks are containers, and that none outlives its simulator. */
@SuppressWarnings("NullAway.Init") // set before all tests
class DockerLeftoversTest {
  private static final String IMAGE = "outrigger-simulator-test:2";

  @TempDir static Path folder;
  private static DockerImageFixture image;

  @BeforeAll
  static void makeTheImage() throws IOException {
    Optional<String> lacking = DockerImageFixture.lacking();
    Assumptions.assumeTrue(lacking.isEmpty(), () -> lacking.orElse(""));
    image = DockerImageFixture.create(IMAGE, folder.resolve("image"), Map.of());
  }

  @AfterAll
  static void removeTheImage() {
    if (image != null) {
      image.close();
    }
  }

  private static SimulatorConfig config() {
    return SimulatorConfig.defaults()
        .withDelays(LifeCycleDelays.NONE)
        .withContainers(ContainerMode.AUTO);
  }

  @Test
  void taskIsAContainerWhereTheEngineHasItsImageAndAProcessOtherwise() {
    ImageCatalogue catalogue =
        ImageCatalogue.defaults()
            .with(new Image("listed", null, List.of(), List.of("true"), Map.of()));
    try (AwsSimulator simulator = AwsSimulator.start(config().withImages(catalogue));
        EcsClient ecs = new Clients(simulator.endpoint()).ecs()) {
      assertThat(simulator.containers()).startsWith("containers of Docker ");
      assertThat(addressOfATaskOf(ecs, IMAGE)).doesNotStartWith("127.");
      assertThat(addressOfATaskOf(ecs, "listed")).startsWith("127.");
      assertThat(addressOfATaskOf(ecs, "127.0.0.1:1/registry-that-nobody-reaches"))
          .startsWith("127.");
    }
  }

  private static String addressOfATaskOf(EcsClient ecs, String name) {
    EcsFixture fixture = new EcsFixture(ecs);
    Task task =
        fixture.awaitStopped(
            fixture.run(fixture.register("some", shell("main", "true").image(name).build())));
    assertThat(EcsFixture.exitCodes(task)).containsExactly(0);
    return task.containers().getFirst().networkInterfaces().getFirst().privateIpv4Address();
  }

  @Test
  void killedSimulatorLeavesNoContainer(@TempDir Path own) throws Exception {
    Path port = own.resolve("port");
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                SimulatorMain.class.getName(),
                "--containers",
                "docker",
                "--port",
                "0",
                "--port-file",
                port.toString())
            .inheritIO()
            .start();
    String mark;
    try {
      await().atMost(EcsFixture.PATIENCE).until(() -> Files.exists(port));
      URI endpoint = URI.create("http://127.0.0.1:" + Files.readString(port).strip());
      try (EcsClient ecs = new Clients(endpoint).ecs()) {
        mark = runForEver(ecs);
      }
      assertThat(docker("ps", "--quiet", "--filter", mark).lines()).hasSize(2);
    } finally {
      program.destroyForcibly();
    }

    await()
        .atMost(EcsFixture.PATIENCE)
        .until(() -> docker("ps", "--all", "--quiet", "--filter", mark).isEmpty());
  }

  @Test
  void whatAnEarlierRunLeftGoesAtTheNextStartWithTheSameState(@TempDir Path own) {
    SimulatorConfig kept = config().withStateFolder(own);
    String label;
    try (AwsSimulator simulator = AwsSimulator.start(kept)) {
      label = simulator.containerLabel().orElseThrow();
    }
    docker("create", "--label", label, IMAGE, "true");
    docker("volume", "create", "--label", label, "outrigger-left");

    AwsSimulator.start(kept).close();

    assertThat(docker("ps", "--all", "--quiet", "--filter", "label=" + label)).isEmpty();
    assertThat(docker("volume", "ls", "--quiet", "--filter", "label=" + label)).isEmpty();
  }

  /** A filter of what the engine has for the task. */
  private static String runForEver(EcsClient ecs) {
    EcsFixture fixture = new EcsFixture(ecs);
    Task task =
        fixture.run(fixture.register("long", shell("main", "exec sleep 600").image(IMAGE).build()));
    fixture.awaitStatus(task.taskArn(), "RUNNING");
    return "label=outrigger.dev/task=" + task.taskArn().replaceAll(".*/", "");
  }
}
