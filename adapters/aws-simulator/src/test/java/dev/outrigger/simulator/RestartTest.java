package dev.outrigger.simulator;

import static dev.outrigger.simulator.EcsFixture.GROUP;
import static dev.outrigger.simulator.EcsFixture.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.simulator.ecs.LifeCycleDelays;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ecs.model.Task;

class RestartTest {
  @TempDir Path folder;

  private SimulatorConfig config() {
    return SimulatorConfig.defaults()
        .withStateFolder(folder.resolve("state"))
        .withDelays(LifeCycleDelays.NONE);
  }

  @Test
  void definitionsTasksTokensLogsAndSecretsSurviveAndProcessesDoNot() throws IOException {
    Task done;
    Task running;
    Path pidFile = folder.resolve("pid");
    try (AwsSimulator first = AwsSimulator.start(config())) {
      Clients clients = new Clients(first.endpoint());
      try (var ecs = clients.ecs();
          var secrets = clients.secrets()) {
        EcsFixture fixture = new EcsFixture(ecs);
        secrets.createSecret(r -> r.name("s").secretString("kept"));
        fixture.register("short", shell("main", "echo line; exit 3").build());
        fixture.register(
            "long",
            shell("main", "trap '' TERM; sleep 600 & echo $! > " + pidFile + "; wait").build());
        done = fixture.awaitStopped(fixture.run("short", r -> r.clientToken("a")));
        running = fixture.run("long");
        fixture.awaitStatus(running.taskArn(), "RUNNING");
        await()
            .atMost(EcsFixture.PATIENCE)
            .until(() -> Files.exists(pidFile) && Files.size(pidFile) > 0);
      }
    }
    long pid = Long.parseLong(Files.readString(pidFile).strip());
    await().atMost(EcsFixture.PATIENCE).until(() -> !isAlive(pid));

    try (AwsSimulator second = AwsSimulator.start(config())) {
      Clients clients = new Clients(second.endpoint());
      try (var ecs = clients.ecs();
          var logs = clients.logs();
          var secrets = clients.secrets()) {
        EcsFixture fixture = new EcsFixture(ecs);
        assertThat(EcsFixture.exitCodes(fixture.describe(done.taskArn()))).containsExactly(3);
        assertThat(fixture.run("short", r -> r.clientToken("a")).taskArn())
            .isEqualTo(done.taskArn());
        Task lost = fixture.describe(running.taskArn());
        assertThat(lost.lastStatus()).isEqualTo("STOPPED");
        assertThat(EcsFixture.exitCodes(lost)).as("nobody saw how it ended").containsOnlyNulls();
        assertThat(
                logs.getLogEvents(
                        r -> r.logGroupName(GROUP).logStreamName(EcsFixture.stream("main", done)))
                    .events())
            .hasSize(1);
        assertThat(secrets.getSecretValue(r -> r.secretId("s")).secretString()).isEqualTo("kept");
      }
    }
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  @Test
  void killedProgramLeavesNoProcessAndTermEndsItCleanly() throws Exception {
    for (boolean forcibly : List.of(true, false)) {
      Path portFile = folder.resolve("port-" + forcibly);
      Path pidFile = folder.resolve("pid-" + forcibly);
      Process program = program(portFile);
      try {
        await().atMost(EcsFixture.PATIENCE).until(() -> Files.exists(portFile));
        String port = Files.readString(portFile).strip();
        try (var ecs = new Clients(java.net.URI.create("http://127.0.0.1:" + port)).ecs()) {
          EcsFixture fixture = new EcsFixture(ecs);
          String script = "trap '' TERM; echo $$ > " + pidFile + "; while :; do sleep 1; done";
          fixture.run(fixture.register("victim", shell("main", script).build()));
          await()
              .atMost(EcsFixture.PATIENCE)
              .until(() -> Files.exists(pidFile) && Files.size(pidFile) > 0);
        }
        if (forcibly) {
          program.destroyForcibly();
        } else {
          program.destroy();
        }
        assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
        long pid = Long.parseLong(Files.readString(pidFile).strip());
        await().atMost(EcsFixture.PATIENCE).until(() -> !isAlive(pid));
      } finally {
        program.destroyForcibly();
      }
    }
  }

  private static Process program(Path portFile) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            SimulatorMain.class.getName(),
            "--no-quotas",
            "--port-file",
            portFile.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
